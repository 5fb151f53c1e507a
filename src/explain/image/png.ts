import { pipeline, Readable } from "node:stream";
import { crc32, createDeflate } from "node:zlib";
import type { Size } from "../picture/geometry";
import type { Picture } from "../picture/resample";

/**
 * A PNG file of 8-bit RGB, made band by band so that a picture of any size needs little memory. Format:
 * https://www.w3.org/TR/png-3/
 *
 * @param bands pictures as wide as `size`, from the top, together as high.
 */
export async function* encodePng(size: Size, bands: Iterable<Picture>): AsyncIterable<Uint8Array> {
  yield signature;
  yield chunk("IHDR", header(size));
  const deflate = createDeflate({ level: 6, chunkSize: 2 ** 18 });
  // Drawn one band ahead, no more: they are large, and drawing blocks.
  const rows = Readable.from(filteredBands(size, bands), { highWaterMark: 1 });
  // The iteration below throws whatever goes wrong.
  pipeline(rows, deflate, () => undefined);
  for await (const part of deflate) yield chunk("IDAT", part as Uint8Array);
  yield chunk("IEND", new Uint8Array(0));
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const bitDepth = 8;
const trueColour = 2;
/** The filter type “Up”: each byte less the one above it. */
const up = 2;

function header({ width, height }: Size): Uint8Array {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(width, 0);
  bytes.writeUInt32BE(height, 4);
  bytes.set([bitDepth, trueColour], 8);
  return bytes;
}

/** Length, type, data, checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** Rows with their filter type in front. */
function* filteredBands({ width, height }: Size, bands: Iterable<Picture>): Iterable<Uint8Array> {
  const stride = 3 * width;
  let above: Uint8Array = new Uint8Array(stride);
  let rows = 0;
  for (const band of bands) {
    const filtered = new Uint8Array((stride + 1) * band.height);
    for (let y = 0, to = 0; y < band.height; y++) {
      const row = band.rgb.subarray(stride * y, stride * (y + 1));
      filtered[to++] = up;
      for (let x = 0; x < stride; x++) filtered[to++] = row[x]! - above[x]!;
      above = row;
    }
    rows += band.height;
    yield filtered;
  }
  if (rows !== height) throw new Error(`${rows} rows were drawn of a picture that has ${height}`);
}
