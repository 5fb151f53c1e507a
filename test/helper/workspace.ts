import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import type { Point, Size } from "../../src/explain/picture/geometry";
import { brightnessModel, brightnessProfile, slowModel, slowProfile } from "./editorModel";

/** A folder that a spec fills and an editor then copies. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), "sightline-files-"));
}

export function put(folder: string, path: string, data: Uint8Array | string | object): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  const isData = typeof data === "string" || data instanceof Uint8Array;
  writeFileSync(file, isData ? data : JSON.stringify(data));
  return file;
}

/** `NAME.onnx` and its profile: the map of class “bright” is the input's brightness. */
export function putBrightnessModel(
  folder: string,
  name: string,
  size: Size,
  profile: object = { resize: "squash" },
): void {
  put(folder, `${name}.onnx`, brightnessModel(size));
  put(folder, `${name}.sightline.json`, { ...brightnessProfile, size, ...profile });
}

/** `slow.onnx` and its profile: one run takes many seconds. */
export function putSlowModel(folder: string, side = 512): void {
  put(folder, "slow.onnx", slowModel(side));
  put(folder, "slow.sightline.json", slowProfile);
}

export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Where the pixel (x, y) of the upright image lies in the stored one, by EXIF orientation; `w`, `h` = upright size. */
const stored: Readonly<Record<Orientation, (x: number, y: number, w: number, h: number) => Point>> =
  {
    1: (x, y) => ({ x, y }),
    2: (x, y, w) => ({ x: w - 1 - x, y }),
    3: (x, y, w, h) => ({ x: w - 1 - x, y: h - 1 - y }),
    4: (x, y, _w, h) => ({ x, y: h - 1 - y }),
    5: (x, y) => ({ x: y, y: x }),
    6: (x, y, w) => ({ x: y, y: w - 1 - x }),
    7: (x, y, w, h) => ({ x: h - 1 - y, y: w - 1 - x }),
    8: (x, y, _w, h) => ({ x: h - 1 - y, y: x }),
  };

/** A black JPEG with one bright dot at `dot` of the upright image, stored turned as its EXIF orientation says. */
export async function dotImage(
  { width, height }: Size,
  dot: Point,
  orientation: Orientation = 1,
): Promise<Uint8Array> {
  const turned = orientation >= 5;
  const [columns, rows] = turned ? [height, width] : [width, height];
  const pixels = new Uint8Array(columns * rows * 3).fill(0);
  const radius = Math.max(2, Math.min(width, height) / 24);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (Math.hypot(x + 0.5 - dot.x, y + 0.5 - dot.y) > radius) continue;
      const at = stored[orientation](x, y, width, height);
      pixels.fill(250, 3 * (at.y * columns + at.x), 3 * (at.y * columns + at.x) + 3);
    }
  return sharp(pixels, { raw: { width: columns, height: rows, channels: 3 } })
    .withMetadata({ orientation })
    .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
    .toBuffer();
}
