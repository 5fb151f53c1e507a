import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diskFiles } from "../../../src/explain/file/disk";
import { createImages } from "../../../src/explain/image/decode";
import type { Size } from "../../../src/explain/picture/geometry";
import { preprocess, type Preprocessing } from "../../../src/explain/picture/preprocess";
import { hottestPixel, renderMap, type Grid } from "../../../src/explain/picture/upsample";
import type { Tensor } from "../../../src/explain/tensor";
import { temporaryFolder } from "../../helper/folder";
import { plain } from "../../helper/preprocessGolden";
import { generator } from "../../helper/random";
import { storeTurned } from "../../helper/turned";
import { imageToInput } from "../../helper/geometry";

const images = createImages(diskFiles());
const cell = 8;
const input: Size = { width: 72, height: 56 };
const dot = 9;

/** The mean brightness of the input in cells of 8 × 8: what a network with such a map would have. */
function brightness({ data }: Tensor): Grid {
  const [width, height] = [input.width / cell, input.height / cell];
  const map = new Float32Array(width * height);
  for (let i = 0; i < data.length; i++) {
    const at = i % (input.width * input.height);
    const [x, y] = [at % input.width, Math.floor(at / input.width)];
    map[Math.floor(y / cell) * width + Math.floor(x / cell)]! += data[i]! / (3 * cell * cell);
  }
  return { width, height, data: map };
}

/** A dark picture with one bright dot around (x, y). */
function dotted({ width, height }: Size, x: number, y: number) {
  const rgb = new Uint8Array(width * height * 3).fill(20);
  for (let i = 0; i < width * height; i++) {
    const away = Math.hypot((i % width) + 0.5 - x, Math.floor(i / width) + 0.5 - y);
    if (away < dot) rgb.fill(255, 3 * i, 3 * i + 3);
  }
  return { width, height, rgb };
}

const ways: Partial<Preprocessing>[] = [
  { resize: "squash" },
  { resize: "crop", resizeTo: 80 },
  { resize: "letterbox" },
  { resize: "squash", antialias: false, kernel: "bicubic" },
];
const sizes: Size[] = [
  { width: 211, height: 133 },
  { width: 97, height: 180 },
  { width: 151, height: 151 },
];
const cases = ways.flatMap((way) =>
  [1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => ({ way, orientation })),
);

describe("a painted dot is found back within one cell of the map", () => {
  test.each(cases)("$way.resize, orientation $orientation", async ({ way, orientation }) => {
    const next = generator(orientation);
    const path = join(temporaryFolder(), "dot.png");
    for (const size of sizes) {
      // In the middle half, which a centre crop keeps.
      const [x, y] = [size.width * (0.3 + 0.4 * next()), size.height * (0.3 + 0.4 * next())];
      await storeTurned(path, dotted(size, x, y), orientation);
      const bitmap = await images.decode(path);
      const profile: Preprocessing = { ...plain, ...way, size: input };
      const { tensor, geometry } = preprocess(bitmap, profile, { layout: "NCHW", channels: 3 });
      const hottest = hottestPixel(renderMap(brightness(tensor), geometry), geometry)!;
      const found = imageToInput(geometry, { x: hottest.x + 0.5, y: hottest.y + 0.5 });
      const painted = imageToInput(geometry, { x, y });
      expect(Math.abs(found.x - painted.x) / cell).toBeLessThan(1);
      expect(Math.abs(found.y - painted.y) / cell).toBeLessThan(1);
    }
  });
});
