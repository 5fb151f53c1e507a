import type { DType } from "../../tensor";

/** TensorProto.DataType, in its own order: the number is the index. `undefined` in {@link dtypeOf} = no such tensor here. */
const names = [
  "UNDEFINED",
  "FLOAT",
  "UINT8",
  "INT8",
  "UINT16",
  "INT16",
  "INT32",
  "INT64",
  "STRING",
  "BOOL",
  "FLOAT16",
  "DOUBLE",
  "UINT32",
  "UINT64",
  "COMPLEX64",
  "COMPLEX128",
  "BFLOAT16",
  "FLOAT8E4M3FN",
  "FLOAT8E4M3FNUZ",
  "FLOAT8E5M2",
  "FLOAT8E5M2FNUZ",
  "UINT4",
  "INT4",
  "FLOAT4E2M1",
  "FLOAT8E8M0",
  "UINT2",
  "INT2",
] as const;

const numbers: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e5m2: 19,
  uint4: 21,
  int4: 22,
};

const dtypesByNumber = new Map(
  Object.entries(numbers).map(([dtype, number]) => [number, dtype as DType]),
);

/** `undefined` for element types that Sightline does not compute with: strings, complex numbers, rarer floats of 8 bits, all of 4, integers of 2. */
export function dtypeOf(elementType: number | undefined): DType | undefined {
  return dtypesByNumber.get(elementType ?? 0);
}

export function elementTypeOf(dtype: DType): number {
  return numbers[dtype];
}

/** ONNX's own name of an element type, for messages. */
export function elementTypeName(elementType: number | undefined): string {
  return names[elementType ?? 0] ?? `number ${elementType}`;
}
