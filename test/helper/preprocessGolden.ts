import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { diskFiles } from "../../src/explain/file/disk";
import { createImages } from "../../src/explain/image/decode";
import type { Bitmap } from "../../src/explain/image/image";
import type { Preprocessing } from "../../src/explain/picture/preprocess";
import type { Picture } from "../../src/explain/picture/resample";
import { bytesOf, difference, type Difference } from "./pixels";

/** One result of another library, as `test/parity/preprocess/make.py` keeps it. */
export interface Golden {
  readonly source: string;
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
  /** Every `stride`th byte. */
  readonly samples: string;
  readonly stride: number;
}

export const goldenFolder = join(__dirname, "../fixture/preprocess");

export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(join(goldenFolder, "golden", name), "utf8")) as T;
}

const images = createImages(diskFiles());

export const decode = (folder: string, source: string): Promise<Bitmap> =>
  images.decode(join(folder, source));

export const hashOf = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

/** How far a result lies from the other library's, in grey levels; exactly 0 only when every byte is equal. */
export function compare({ width, height, rgb }: Picture, golden: Golden): Difference {
  expect({ width, height }).toEqual({ width: golden.width, height: golden.height });
  if (hashOf(rgb) === golden.sha256) return { mean: 0, max: 0 };
  const sampled = rgb.filter((_, i) => i % golden.stride === 0);
  const found = difference(sampled, bytesOf(golden.samples));
  return { mean: Math.max(found.mean, Number.MIN_VALUE), max: found.max };
}

/** A preprocessing of which a test changes what it is about. */
export const plain: Preprocessing = {
  size: { width: 32, height: 32 },
  resize: "squash",
  resizeTo: 32,
  kernel: "bilinear",
  antialias: true,
  fill: [0, 0, 0],
  colour: "rgb",
  range: 1,
  mean: [0],
  std: [1],
};
