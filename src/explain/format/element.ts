import type { Files } from "../file/file";
import { inlineTensor, type Parameter } from "../graph/graph";
import { dtypes, sizeOf, type DType, type NumberArray, type Tensor } from "../tensor";

/**
 * Numbers as they lie in files (little-endian, in the element type's own size) and as they lie here ({@link dtypes}). Every
 * platform that Sightline runs on is little-endian.
 */
export function decodeElements(type: DType, bytes: Uint8Array): NumberArray {
  const { array } = dtypes[type];
  if (type in readers) return readers[type as Widened](bytes);
  // A copy: typed arrays need aligned bytes, and a view would keep the whole buffer alive.
  const { buffer } = new Uint8Array(bytes);
  return new (array as unknown as new (buffer: ArrayBufferLike) => NumberArray)(buffer);
}

/** The inverse of {@link decodeElements}; half floats are rounded to nearest even, 64-bit integers saturate. */
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
  return { type, dims, data: decodeElements(type, await files.read(file, offset, length)) };
}

/** How many bytes a tensor takes in a file. */
export function bytesOf(type: DType, dims: readonly number[]): number {
  return sizeOf(dims) * dtypes[type].bytes;
}

type Widened = "float16" | "bfloat16" | "int64" | "uint64";

const readers: Readonly<Record<Widened, (bytes: Uint8Array) => NumberArray>> = {
  float16: (bytes) => Float32Array.from(shorts(bytes), halfToNumber),
  bfloat16: (bytes) =>
    new Float32Array(Uint32Array.from(shorts(bytes), (bits) => bits << 16).buffer),
  int64: (bytes) => Float64Array.from(new BigInt64Array(new Uint8Array(bytes).buffer), Number),
  uint64: (bytes) => Float64Array.from(new BigUint64Array(new Uint8Array(bytes).buffer), Number),
};

const writers: Readonly<Record<Widened, (data: NumberArray) => Uint8Array>> = {
  float16: (data) => new Uint8Array(Uint16Array.from(data, numberToHalf).buffer),
  bfloat16: (data) => new Uint8Array(Uint16Array.from(data, numberToBfloat16).buffer),
  int64: (data) =>
    new Uint8Array(BigInt64Array.from(bigints(data, -(2n ** 63n), 2n ** 63n - 1n)).buffer),
  uint64: (data) => new Uint8Array(BigUint64Array.from(bigints(data, 0n, 2n ** 64n - 1n)).buffer),
};

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
