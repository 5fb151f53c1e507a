/** Element types, named as ONNX names them. */
export type DType =
  | "float32"
  | "float64"
  | "float16"
  | "bfloat16"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bool"
  // Only weights have these: they are dequantized or cast before anything is computed.
  | "int4"
  | "uint4"
  | "float8e4m3fn"
  | "float8e5m2";

export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array;

/**
 * How each element type lies in memory here, and how many bytes it takes in a file (half a byte: two in one, the first in the low bits).
 * Numbers stay numbers: half and quarter floats are widened to float32 (exact), 4-bit integers to 8 bits, 64-bit integers to float64 (exact up to 2^53; INT64_MIN/MAX saturate to ±2^63, which is all
 * that ONNX uses beyond it), booleans are 0 or 1.
 */
export const dtypes: Readonly<
  Record<DType, { bytes: number; float: boolean; array: new (length: number) => NumberArray }>
> = {
  float32: { bytes: 4, float: true, array: Float32Array },
  float64: { bytes: 8, float: true, array: Float64Array },
  float16: { bytes: 2, float: true, array: Float32Array },
  bfloat16: { bytes: 2, float: true, array: Float32Array },
  int8: { bytes: 1, float: false, array: Int8Array },
  int16: { bytes: 2, float: false, array: Int16Array },
  int32: { bytes: 4, float: false, array: Int32Array },
  int64: { bytes: 8, float: false, array: Float64Array },
  uint8: { bytes: 1, float: false, array: Uint8Array },
  uint16: { bytes: 2, float: false, array: Uint16Array },
  uint32: { bytes: 4, float: false, array: Uint32Array },
  uint64: { bytes: 8, float: false, array: Float64Array },
  bool: { bytes: 1, float: false, array: Uint8Array },
  int4: { bytes: 0.5, float: false, array: Int8Array },
  uint4: { bytes: 0.5, float: false, array: Uint8Array },
  float8e4m3fn: { bytes: 1, float: true, array: Float32Array },
  float8e5m2: { bytes: 1, float: true, array: Float32Array },
};

/** A dense array in C order. `data.length` is the product of `dims` (1 for a scalar, whose `dims` are empty). */
export interface Tensor {
  readonly type: DType;
  readonly dims: readonly number[];
  readonly data: NumberArray;
}

/** The number of elements: the product of `dims`. */
export function sizeOf(dims: readonly number[]): number {
  let size = 1;
  for (const dim of dims) size *= dim;
  return size;
}

/** The distance in elements between neighbours along each axis, in C order. */
export function stridesOf(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length);
  let stride = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= dims[axis]!;
  }
  return strides;
}

/** Zeros of the given type and shape. */
export function zeros(type: DType, dims: readonly number[]): Tensor {
  return { type, dims, data: new dtypes[type].array(sizeOf(dims)) };
}

/** A tensor of the given numbers; `dims` default to one axis. Throws `RangeError` when the count does not fit `dims`. */
export function tensor(
  type: DType,
  values: ArrayLike<number>,
  dims: readonly number[] = [values.length],
): Tensor {
  if (values.length !== sizeOf(dims)) {
    throw new RangeError(
      `${values.length} values do not fill a tensor of shape [${dims.join(",")}]`,
    );
  }
  const data = new dtypes[type].array(values.length);
  data.set(values);
  return { type, dims, data };
}

/** A scalar: `dims` are empty. */
export function scalar(type: DType, value: number): Tensor {
  return tensor(type, [value], []);
}

/**
 * The same numbers in another element type; float to integer truncates toward zero, as ONNX Cast does. NaN, infinities and what else the integers
 * do not reach, which ONNX leaves open, become some integer: for 64 bits the least, as onnxruntime has it on x86.
 */
export function castTo(source: Tensor, type: DType): Tensor {
  if (source.type === type) return source;
  const result = zeros(type, source.dims);
  if (type === "bool") source.data.forEach((value, i) => (result.data[i] = value !== 0 ? 1 : 0));
  else if (type === "int64" || type === "uint64") {
    const [least, end] = type === "int64" ? [-(2 ** 63), 2 ** 63] : [0, 2 ** 64];
    source.data.forEach((value, i) => {
      const whole = Math.trunc(value);
      result.data[i] = whole >= least && whole < end ? whole : least;
    });
  } else result.data.set(source.data);
  return result;
}
