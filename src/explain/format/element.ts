import type { Files } from "../file/file";
import { inlineTensor, type Parameter } from "../graph/graph";
import { dtypes, sizeOf, type DType, type NumberArray, type Tensor } from "../tensor";

/**
 * Numbers as they lie in files (little-endian, in the element type's own size) and as they lie here ({@link dtypes}). Every
 * platform that Sightline runs on is little-endian. `count` is needed where the last byte may hold half of what it can.
 */
export function decodeElements(type: DType, bytes: Uint8Array, count?: number): NumberArray {
  const { array } = dtypes[type];
  if (type in readers) return readers[type as Widened](bytes).subarray(0, count);
  // A copy: typed arrays need aligned bytes, and a view would keep the whole buffer alive.
  const { buffer } = new Uint8Array(bytes);
  return new (array as unknown as new (buffer: ArrayBufferLike) => NumberArray)(buffer);
}

/**
 * The inverse of {@link decodeElements}; half floats are rounded to nearest even, 64-bit integers saturate. Throws `RangeError` for a number
 * that no quarter float is.
 */
export function encodeElements(type: DType, data: NumberArray): Uint8Array {
  if (type in writers) return writers[type as Widened](data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The numbers of a parameter, from memory or from its place in a file. */
export async function readParameter(files: Files, parameter: Parameter): Promise<Tensor> {
  const inline = inlineTensor(parameter);
  if (inline) return inline;
  const { type, dims } = parameter;
  const { file, offset, length } = parameter.location!;
  return {
    type,
    dims,
    data: decodeElements(type, await files.read(file, offset, length), sizeOf(dims)),
  };
}

/** How many bytes a tensor takes in a file. */
export function bytesOf(type: DType, dims: readonly number[]): number {
  return Math.ceil(sizeOf(dims) * dtypes[type].bytes);
}

type Widened =
  "float16" | "bfloat16" | "float8e4m3fn" | "float8e5m2" | "int64" | "uint64" | "int4" | "uint4";

const readers: Readonly<Record<Widened, (bytes: Uint8Array) => NumberArray>> = {
  float16: (bytes) => Float32Array.from(shorts(bytes), halfToNumber),
  bfloat16: (bytes) =>
    new Float32Array(Uint32Array.from(shorts(bytes), (bits) => bits << 16).buffer),
  float8e4m3fn: (bytes) => Float32Array.from(bytes, (bits) => quarters.float8e4m3fn[bits]!),
  float8e5m2: (bytes) => Float32Array.from(bytes, (bits) => quarters.float8e5m2[bits]!),
  int4: (bytes) => Int8Array.from(nibbles(bytes), (bits) => (bits < 8 ? bits : bits - 16)),
  uint4: (bytes) => nibbles(bytes),
  int64: (bytes) => Float64Array.from(new BigInt64Array(new Uint8Array(bytes).buffer), Number),
  uint64: (bytes) => Float64Array.from(new BigUint64Array(new Uint8Array(bytes).buffer), Number),
};

const writers: Readonly<Record<Widened, (data: NumberArray) => Uint8Array>> = {
  float16: (data) => new Uint8Array(Uint16Array.from(data, numberToHalf).buffer),
  bfloat16: (data) => new Uint8Array(Uint16Array.from(data, numberToBfloat16).buffer),
  float8e4m3fn: (data) => quarterBits(data, quarters.float8e4m3fn),
  float8e5m2: (data) => quarterBits(data, quarters.float8e5m2),
  int4: packed,
  uint4: packed,
  int64: (data) =>
    new Uint8Array(BigInt64Array.from(bigints(data, -(2n ** 63n), 2n ** 63n - 1n)).buffer),
  uint64: (data) => new Uint8Array(BigUint64Array.from(bigints(data, 0n, 2n ** 64n - 1n)).buffer),
};

/** Two to a byte, the first in the low bits. */
function nibbles(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: 2 * bytes.length }, (_, i) => {
    const byte = bytes[i >> 1]!;
    return i % 2 === 0 ? byte & 15 : byte >> 4;
  });
}

function packed(data: NumberArray): Uint8Array {
  const length = Math.ceil(data.length / 2);
  return Uint8Array.from(
    { length },
    (_, i) => (data[2 * i]! & 15) | (((data[2 * i + 1] ?? 0) & 15) << 4),
  );
}

/** Every number of 8 bits: https://onnx.ai/onnx/technical/float8.html */
const quarters = {
  float8e4m3fn: Float32Array.from({ length: 256 }, (_, bits) => {
    const sign = bits & 0x80 ? -1 : 1;
    const exponent = (bits >> 3) & 15;
    const fraction = bits & 7;
    if (exponent === 15 && fraction === 7) return NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -9 : (8 + fraction) * 2 ** (exponent - 10));
  }),
  // The upper half of binary16.
  float8e5m2: Float32Array.from({ length: 256 }, (_, bits) => halfToNumber(bits << 8)),
};

function quarterBits(data: NumberArray, numbers: Float32Array): Uint8Array {
  return Uint8Array.from(data, (value) => {
    const bits = numbers.findIndex((number) => Object.is(number, value));
    if (bits >= 0) return bits;
    throw new RangeError(`${value} is not among the numbers of 8 bits`);
  });
}

function shorts(bytes: Uint8Array): Uint16Array {
  return new Uint16Array(new Uint8Array(bytes).buffer);
}

function bigints(data: NumberArray, low: bigint, high: bigint): bigint[] {
  return Array.from(data, (value) => {
    const integer = BigInt(Math.trunc(value));
    return integer < low ? low : integer > high ? high : integer;
  });
}

/** IEEE 754 binary16 → number, exactly. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** Number → IEEE 754 binary16, to nearest, ties to even. */
export function numberToHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  // Numbers below 2^-14 have the fixed step 2^-24; above, the step is 2^-10 of the power of two below them.
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)));
  const steps = roundToEven(magnitude / 2 ** (exponent - 10));
  // Adding, not or-ing: rounding up to the next power of two carries into the exponent.
  return sign | (exponent + 14 > 0 ? ((exponent + 14) << 10) + steps : steps);
}

function numberToBfloat16(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
  if (Number.isNaN(value)) return (bits >>> 16) | 0x40;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
