import sharp from "sharp";
import { expect, test } from "vitest";
import { encodePng } from "../../../src/explain/image/png";
import type { Picture } from "../../../src/explain/picture/resample";
import { generator } from "../../helper/random";

/** Noise, cut into bands of at most `rows` rows. */
function noise(width: number, height: number, rows: number): { rgb: Uint8Array; bands: Picture[] } {
  const next = generator(width * height);
  const rgb = Uint8Array.from({ length: 3 * width * height }, () => 256 * next());
  const bands: Picture[] = [];
  for (let top = 0; top < height; top += rows) {
    const end = Math.min(height, top + rows);
    const part = rgb.subarray(3 * width * top, 3 * width * end);
    bands.push({ width, height: end - top, rgb: part });
  }
  return { rgb, bands };
}

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}

test.each([
  ["one pixel", 1, 1, 1],
  ["one band", 7, 5, 5],
  ["bands of one row", 7, 5, 1],
  ["a last band that is lower", 31, 17, 4],
  ["several blocks of compressed data", 640, 480, 100],
])("decodes to the same pixels: %s", async (_, width, height, rows) => {
  const { rgb, bands } = noise(width, height, rows);
  const png = await collect(encodePng({ width, height }, bands));
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width, height, channels: 3 });
  expect(Buffer.compare(data, rgb)).toBe(0);
});

test("bands are drawn as they are needed, not all at once", async () => {
  const { bands } = noise(256, 256, 16);
  let drawn = 0;
  function* counted() {
    for (const band of bands) {
      drawn++;
      yield band;
    }
  }
  for await (const _ of encodePng({ width: 256, height: 256 }, counted())) break;
  expect(drawn).toBe(0);
});

test("a band that cannot be drawn ends the file with its cause", async () => {
  function* failing() {
    yield* noise(4, 2, 2).bands;
    throw new Error("cancelled");
  }
  await expect(collect(encodePng({ width: 4, height: 8 }, failing()))).rejects.toThrow("cancelled");
});

test("rows that are missing are told", async () => {
  const { bands } = noise(4, 2, 2);
  await expect(collect(encodePng({ width: 4, height: 3 }, bands))).rejects.toThrow("2 rows");
});
