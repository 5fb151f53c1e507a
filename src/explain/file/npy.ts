import { FormatError } from "../error";
import { sizeOf, tensor, type Tensor } from "../tensor";

/**
 * NumPy's array files: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html. Written are `<f4`, C order,
 * version 1.0; read are `<f4` and `<f8` in C order, versions 1 to 3.
 */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** The data begin at a multiple of this. */
const alignment = 64;
/** The longest header that `numpy.load` reads by default (`max_header_size`). */
const longestHeader = 10_000;

/** The bytes of a `.npy` file of float32. */
export function encodeNpy({ dims, data }: Pick<Tensor, "dims" | "data">): Uint8Array {
  const shape = dims.length === 1 ? `(${dims[0]},)` : `(${dims.join(", ")})`;
  const dictionary = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const start = magic.length + 4;
  const size = Math.ceil((start + dictionary.length + 1) / alignment) * alignment;
  const header = `${dictionary.padEnd(size - start - 1)}\n`;
  const bytes = new Uint8Array(size + 4 * data.length);
  bytes.set([...magic, 1, 0, header.length & 0xff, header.length >> 8]);
  // The header is ASCII.
  bytes.set(
    Array.from(header, (letter) => letter.charCodeAt(0)),
    start,
  );
  bytes.set(new Uint8Array(Float32Array.from(data).buffer), size);
  return bytes;
}

/** Reads a `.npy` file; `<f8` numbers are rounded to float32. Throws `FormatError` naming `file`. */
export function decodeNpy(bytes: Uint8Array, file: string): Tensor {
  const refuse = (problem: string) =>
    new FormatError(file, problem, "save it with numpy.save as a float32 array in C order");
  if (!magic.every((byte, i) => bytes[i] === byte)) throw refuse("this is not a .npy file");
  if (bytes.length < 12) throw refuse("it is cut off in its header");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const long = bytes[6]! > 1;
  const before = long ? 12 : 10;
  const headerLength = long ? view.getUint32(8, true) : view.getUint16(8, true);
  if (headerLength > longestHeader)
    throw refuse(
      `its header is ${headerLength} bytes long, where at most ${longestHeader} are read`,
    );
  const start = before + headerLength;
  const header = String.fromCharCode(...bytes.subarray(before, start));
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? "unknown";
  const shape = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (shape === undefined) throw refuse("its header has no shape");
  if (type !== "<f4" && type !== "<f8") throw refuse(`its element type is ${type}, not <f4 or <f8`);
  if (/'fortran_order':\s*True/.test(header)) throw refuse("it is in Fortran order");
  const dims = readShape(shape);
  if (!dims) throw refuse(`its shape (${shape.slice(0, 60)}) is not a list of whole numbers`);
  const wide = type === "<f8";
  const length = sizeOf(dims) * (wide ? 8 : 4);
  const have = bytes.length - start;
  if (have < length)
    throw refuse(`it is cut off: ${have} bytes of data where ${length} were announced`);
  const { buffer } = new Uint8Array(bytes.subarray(start, start + length));
  return tensor("float32", wide ? new Float64Array(buffer) : new Float32Array(buffer), dims);
}

/** The sizes in `2, 3` or `3,`; `undefined` when one is not a whole number. */
function readShape(text: string): number[] | undefined {
  const parts = text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
  const dims = parts.map(Number);
  const isWhole = (part: string, i: number) => /^\d+$/.test(part) && Number.isSafeInteger(dims[i]);
  return parts.every(isWhole) ? dims : undefined;
}
