import type * as Ort from "onnxruntime-node";
import { SightlineError } from "../../error";
import { decodeElements, encodeElements } from "../../format/element";
import { dtypes, type DType, type Tensor } from "../../tensor";

type TypedArray = { buffer: ArrayBufferLike; byteOffset: number; byteLength: number };
type ArrayConstructor = new (buffer: ArrayBufferLike, offset: number, length: number) => TypedArray;

/** Element types whose numbers onnxruntime holds in another array than Sightline does. */
const ortArrays: Partial<Record<DType, ArrayConstructor>> = {
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float16: Uint16Array,
};

/** Element types that onnxruntime's Node binding does not take; bfloat16 apart, only weights have them. */
const untaken: ReadonlySet<DType> = new Set([
  "bfloat16",
  "float8e4m3fn",
  "float8e5m2",
  "int4",
  "uint4",
]);

/** A tensor as onnxruntime takes it. Throws `SightlineError("runtime")` for element types that its Node binding lacks. */
export function toOrt(ort: typeof Ort, { type, dims, data }: Tensor): Ort.Tensor {
  if (untaken.has(type)) {
    throw new SightlineError(
      "runtime",
      `onnxruntime takes no ${type} tensors; feed float32 instead.`,
    );
  }
  const bytes = encodeElements(type, data);
  const array = (ortArrays[type] ?? dtypes[type].array) as ArrayConstructor;
  const elements = new array(bytes.buffer, bytes.byteOffset, data.length);
  return new ort.Tensor(type as "float32", elements as Float32Array, dims);
}

/** The inverse of {@link toOrt}; the numbers are copied out of onnxruntime's memory. */
export function fromOrt({ type, dims, data }: Ort.Tensor): Tensor {
  const { buffer, byteOffset, byteLength } = data as TypedArray;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  return { type: type as DType, dims, data: decodeElements(type as DType, bytes) };
}
