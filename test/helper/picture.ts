import sharp from "sharp";
import { generator } from "./random";

/** Writes an image of seeded noise in the format that the name's extension says. */
export async function noiseImage(
  path: string,
  { width = 8, height = 8, seed = 1 } = {},
): Promise<string> {
  const next = generator(seed);
  const pixels = Uint8Array.from({ length: 3 * width * height }, () => 256 * next());
  await sharp(pixels, { raw: { width, height, channels: 3 } }).toFile(path);
  return path;
}

/** Writes an image of one colour. */
export async function plainImage(
  path: string,
  colour: string,
  { width = 8, height = 8 } = {},
): Promise<string> {
  await sharp({ create: { width, height, channels: 3, background: colour } }).toFile(path);
  return path;
}

/** The upright RGB pixels of an image file. */
export async function pixelsOf(path: string): Promise<Uint8Array> {
  return new Uint8Array(await sharp(path).rotate().removeAlpha().raw().toBuffer());
}
