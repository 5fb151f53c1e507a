import type { Size } from "../picture/geometry";

/**
 * Windows bitmaps, which libvips does not read: 1, 4, 8, 16, 24 and 32 bits per pixel, either way up, with palettes and bit
 * fields. Layout: https://learn.microsoft.com/windows/win32/gdi/bitmap-storage
 */

/** Where the pixels of a bitmap lie and how they are packed. */
export interface BmpHeader extends Size {
  readonly bits: number;
  /** 0 = plain, 3 and 6 = bit fields; the others are run lengths and embedded files. */
  readonly compression: number;
  readonly topDown: boolean;
  /** Bytes per row, padded to four. */
  readonly stride: number;
  /** Offset of the first row. */
  readonly pixels: number;
  /** Offset of the palette, and bytes per entry: 3 in the oldest header, else 4. */
  readonly palette: number;
  readonly paletteEntry: number;
  /** Red, green, blue, alpha; alpha 0 = opaque. */
  readonly masks: readonly [number, number, number, number];
}

const fileHeader = 14;
/** The longest header there is, BITMAPV5HEADER. */
const longestHeader = 124;
/** Header and palette end before this many bytes. */
export const bmpHead = 2048;
const bitFields = [3, 6];
const packings = [1, 4, 8, 16, 24, 32];

export const isBmp = (head: Uint8Array): boolean => head[0] === 0x42 && head[1] === 0x4d;

/** Reads the header from the first bytes ({@link bmpHead} are enough). `undefined` when it is none, or is packed in a way not read here. */
export function readBmpHeader(bytes: Uint8Array): BmpHeader | undefined {
  if (!isBmp(bytes) || bytes.length < 26) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerSize = view.getUint32(14, true);
  const old = headerSize === 12;
  if (!old && (headerSize < 40 || headerSize > longestHeader || bytes.length < 54))
    return undefined;
  const width = old ? view.getUint16(18, true) : view.getInt32(18, true);
  const height = old ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(old ? 24 : 28, true);
  const compression = old ? 0 : view.getUint32(30, true);
  if (width <= 0 || height === 0 || !packings.includes(bits)) return undefined;
  const fields = bitFields.includes(compression);
  if (compression !== 0 && !(fields && (bits === 16 || bits === 32))) return undefined;
  // The three or four masks belong to longer headers and follow the 40-byte one.
  const fieldBytes = fields && headerSize === 40 ? (compression === 6 ? 16 : 12) : 0;
  return {
    width,
    height: Math.abs(height),
    bits,
    compression,
    topDown: height < 0,
    stride: Math.ceil((width * bits) / 32) * 4,
    pixels: view.getUint32(10, true),
    palette: fileHeader + headerSize + fieldBytes,
    paletteEntry: old ? 3 : 4,
    masks: fields ? readMasks(view, headerSize, compression) : bits === 16 ? rgb555 : rgb888,
  };
}

const rgb555: BmpHeader["masks"] = [0x7c00, 0x03e0, 0x001f, 0];
const rgb888: BmpHeader["masks"] = [0xff0000, 0xff00, 0xff, 0];

function readMasks(view: DataView, headerSize: number, compression: number): BmpHeader["masks"] {
  const alpha = headerSize >= 56 || compression === 6;
  const at = (i: number) =>
    54 + 4 * i + 4 <= view.byteLength ? view.getUint32(54 + 4 * i, true) : 0;
  return [at(0), at(1), at(2), alpha ? at(3) : 0];
}

/** RGB pixels from the top, alpha over white. `head` holds header and palette, `rows` the stride · height bytes of the pixels. */
export function decodeBmp(head: Uint8Array, rows: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height, stride, topDown } = header;
  const rgb = new Uint8Array(width * height * 3);
  const unpackRow = header.bits <= 8 ? paletteRow(head, header) : maskedRow(header);
  for (let y = 0; y < height; y++) {
    const from = stride * (topDown ? y : height - 1 - y);
    unpackRow(rows.subarray(from, from + stride), rgb.subarray(3 * width * y, 3 * width * (y + 1)));
  }
  return rgb;
}

type Row = (from: Uint8Array, to: Uint8Array) => void;

function paletteRow(bytes: Uint8Array, { width, bits, palette, paletteEntry }: BmpHeader): Row {
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  return (from, to) => {
    for (let x = 0; x < width; x++) {
      const shift = 8 - bits * ((x % perByte) + 1);
      const entry = palette + paletteEntry * ((from[Math.floor(x / perByte)]! >> shift) & mask);
      for (let c = 0; c < 3; c++) to[3 * x + c] = bytes[entry + 2 - c] ?? 0;
    }
  };
}

function maskedRow({ width, bits, masks }: BmpHeader): Row {
  const fields = masks.map((mask) => ({ mask, lowest: mask === 0 ? 1 : (mask & -mask) >>> 0 }));
  const size = bits / 8;
  // Unsigned arithmetic throughout: a 32-bit mask may have its highest bit set.
  const read = (pixel: number, { mask, lowest }: (typeof fields)[0]) =>
    mask === 0 ? 255 : Math.floor((((pixel & mask) >>> 0) / lowest / (mask / lowest)) * 255);
  return (from, to) => {
    for (let x = 0; x < width; x++) {
      let pixel = 0;
      for (let i = size - 1; i >= 0; i--) pixel = pixel * 256 + from[size * x + i]!;
      const alpha = read(pixel, fields[3]!) / 255;
      for (let c = 0; c < 3; c++)
        to[3 * x + c] = Math.round(255 + (read(pixel, fields[c]!) - 255) * alpha);
    }
  };
}
