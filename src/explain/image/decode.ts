import sharp, { type Metadata, type Sharp } from "sharp";
import { SightlineError } from "../error";
import type { Files } from "../file/file";
import type { Size } from "../picture/geometry";
import { bmpHead, decodeBmp, isBmp, readBmpHeader } from "./bmp";
import type { Bitmap, Images } from "./image";
import { orient, uprightSize } from "./orient";
import { encodePng } from "./png";

/** Larger images are reduced by a whole factor while they are read: 33.5 million pixels, 100 MB of RGB; 8K video fits. */
export const heldPixels = 2 ** 25;
/** The largest image that is opened at all. */
export const readPixels = 2 ** 30;
/** The largest progressive JPEG, interlaced PNG, WebP or GIF: their decoders hold the whole image, 3 to 5 bytes per pixel. */
export const wholePixels = 2 ** 27;
/** The largest AVIF, which takes 18 bytes per pixel. */
export const avifPixels = 2 ** 25;

const known = "use JPEG, PNG, WebP, TIFF, GIF, AVIF or BMP";
const streamed = ["jpeg", "png", "tiff"];
const formats = [...streamed, "webp", "gif", "heif"];

/** As PIL decodes: colour profiles ignored; damage refused, warnings not. The limits on size are ours, not sharp's. */
const reading = {
  ignoreIcc: true,
  failOn: "error",
  limitInputPixels: false,
  sequentialRead: true,
} as const;

/** Image files through sharp (libvips); bitmaps (.bmp) through `bmp.ts`. Decoding uses one thread beside the caller. */
export function createImages(files: Files): Images {
  sharp.concurrency(1);
  sharp.cache(false);
  return {
    async decode(path) {
      await checkFile(path, files);
      if (isBmp(await files.read(path, 0, 2))) return decodeBitmap(path, files);
      const metadata = await readMetadata(path, files);
      checkReadable(path, metadata);
      return decodeWithSharp(path, metadata);
    },
    encodePng,
    encodeJpeg,
  };
}

function imageError(
  path: string,
  problem: string,
  remedy: string,
  cause?: unknown,
): SightlineError {
  return new SightlineError(
    "image",
    `${path}: ${problem}; ${remedy}.`,
    { file: path, problem, remedy },
    { cause },
  );
}

async function checkFile(path: string, files: Files): Promise<void> {
  const stat = await files.stat(path);
  if (!stat)
    throw imageError(path, "there is no such file", "check whether it was moved or deleted");
  if (stat.directory) throw imageError(path, "is a folder", "choose an image inside it");
  if (stat.size < 2) throw imageError(path, "is empty", "copy or download the image again");
}

const count = (pixels: number) => `${Math.round(pixels / 1e6)} million pixels`;

function checkPixels(
  path: string,
  { width, height }: Size,
  limit: number,
  kind: string,
  remedy: string,
): void {
  if (width * height <= limit) return;
  const problem = `${width} × ${height} pixels are too many for ${kind} (at most ${count(limit)})`;
  throw imageError(path, problem, remedy);
}

/** A TIFF's directory of contents may lie at its end, without which it is not recognised. */
async function isTiff(path: string, files: Files): Promise<boolean> {
  const { size } = (await files.stat(path))!;
  const head = await files.read(path, 0, Math.min(4, size));
  return ["II*\0", "MM\0*"].includes(String.fromCharCode(...head));
}

async function readMetadata(path: string, files: Files): Promise<Metadata> {
  try {
    return await sharp(path, reading).metadata();
  } catch (cause) {
    const unknown = /unsupported image format/.test(String(cause));
    if (unknown && !(await isTiff(path, files)))
      throw imageError(path, "is not an image in a format that can be read", known, cause);
    throw damaged(path, cause);
  }
}

function damaged(path: string, cause: unknown): SightlineError {
  const detail = damageIn(path, cause);
  const problem = `is damaged or cut short${detail ? ` (${detail})` : ""}`;
  return imageError(path, problem, "copy or download the image again", cause);
}

/** libvips reports several lines, of which the first names the trouble, after the loader's name. Some say nothing to a reader. */
function damageIn(path: string, cause: unknown): string {
  const [line = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
  const detail = line
    .replaceAll(path, "")
    .replace(/^Input file has corrupt header:/, "")
    .replace(/^[ :]+/, "")
    .replace(/^\w+: /, "")
    .trim();
  return /read error|bad seek|unable to|unsupported/.test(detail) ? "" : detail;
}

function checkReadable(path: string, metadata: Metadata): void {
  const { format, depth, space, isProgressive, compression } = metadata;
  if (!formats.includes(format)) throw imageError(path, `${format} images cannot be read`, known);
  if (format === "heif" && compression !== "av1") {
    throw imageError(
      path,
      "HEIC photos cannot be read, their codec is patented",
      "convert it to JPEG",
    );
  }
  if (depth !== "uchar" && (depth !== "ushort" || space === "cmyk")) {
    throw imageError(
      path,
      `${depth} ${space} pixels have no agreed range`,
      "convert it to 8 bits per channel",
    );
  }
  checkPixels(path, metadata, readPixels, "an image", "scale it down");
  if (!streamed.includes(format) || isProgressive) {
    const name = format === "heif" ? "AVIF" : format.toUpperCase();
    const kind = streamed.includes(format) ? `a progressive ${name}` : name;
    const limit = format === "heif" ? avifPixels : wholePixels;
    checkPixels(path, metadata, limit, kind, "scale it down, or save it as a plain JPEG or PNG");
  }
}

async function decodeWithSharp(path: string, metadata: Metadata): Promise<Bitmap> {
  const { orientation = 1, space } = metadata;
  const image = sharp(path, reading);
  reduce(image, metadata);
  if (space === "cmyk") image.pipelineColourspace("cmyk").toColourspace("cmyk");
  else image.flatten({ background: "#ffffff" }).toColourspace("srgb");
  const { data, info } = await image
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw damaged(path, cause);
    });
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const rgb = space === "cmyk" ? cmykToRgb(pixels, info.channels) : pixels;
  const upright = orient({ width: info.width, height: info.height, rgb }, orientation);
  return { ...upright, original: uprightSize(metadata, orientation) };
}

/** Averages over factor × factor pixels while reading; JPEG does so in its own decoder. */
function reduce(image: Sharp, { width, height }: Size): void {
  const factor = Math.ceil(Math.sqrt((width * height) / heldPixels));
  if (factor === 1) return;
  image.resize(Math.ceil(width / factor), Math.ceil(height / factor), {
    fit: "fill",
    kernel: "linear",
  });
}

/** PIL's conversion (`cmyk2rgb` in Convert.c), not a print profile's. */
function cmykToRgb(cmyk: Uint8Array, channels: number): Uint8Array {
  const pixels = cmyk.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  for (let i = 0; i < pixels; i++) {
    const white = 255 - cmyk[channels * i + 3]!;
    for (let c = 0; c < 3; c++) {
      const product = cmyk[channels * i + c]! * white + 128;
      rgb[3 * i + c] = Math.max(0, white - (((product >> 8) + product) >> 8));
    }
  }
  return rgb;
}

async function decodeBitmap(path: string, files: Files): Promise<Bitmap> {
  const { size } = (await files.stat(path))!;
  const head = await files.read(path, 0, Math.min(size, bmpHead));
  const header = readBmpHeader(head);
  if (!header)
    throw imageError(
      path,
      "this kind of BMP cannot be read (run-length packed, or no header)",
      "save it as PNG",
    );
  checkPixels(path, header, heldPixels, "BMP", "save it as PNG or JPEG");
  const { width, height, pixels, stride } = header;
  if (size < pixels + stride * height)
    throw imageError(path, "is cut short", "copy or download the image again");
  const rgb = decodeBmp(head, await files.read(path, pixels, stride * height), header);
  return { width, height, rgb, original: { width, height } };
}

async function encodeJpeg({ width, height }: Size, pixels: Uint8Array): Promise<Uint8Array> {
  if (pixels.length !== 3 * width * height) {
    throw new SightlineError(
      "internal",
      `${pixels.length} bytes are no RGB picture of ${width} × ${height} pixels.`,
    );
  }
  const image = sharp(pixels, { raw: { width, height, channels: 3 } });
  const buffer = await image.jpeg({ quality: 90 }).toBuffer();
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
