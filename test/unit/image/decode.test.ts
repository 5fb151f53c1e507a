import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { diskFiles } from "../../../src/explain/file/disk";
import { createImages } from "../../../src/explain/image/decode";
import { temporaryFolder } from "../../helper/folder";
import { bytesOf, difference } from "../../helper/pixels";
import { storeTurned } from "../../helper/turned";

const folder = join(__dirname, "../../fixture/image");
const expected = JSON.parse(readFileSync(join(folder, "golden/pixels.json"), "utf8")) as Record<
  string,
  { width: number; height: number; rgb: string }
>;
const images = createImages(diskFiles());

/** Grey levels. libheif and PIL's decoder turn YCbCr into RGB with different rounding. */
const tolerance: Record<string, number> = {
  "rgb.avif": 1,
  // Rounding of a blend.
  "alpha.png": 1,
  "greyAlpha.png": 1,
  "alpha.webp": 1,
};

describe("an image is decoded to the pixels that PIL sees", () => {
  test.each(Object.keys(expected))("%s", async (name) => {
    const { width, height, rgb } = expected[name]!;
    const bitmap = await images.decode(join(folder, name));
    expect(bitmap).toMatchObject({ width, height, original: { width, height } });
    expect(difference(bitmap.rgb, bytesOf(rgb)).max).toBeLessThanOrEqual(tolerance[name] ?? 0);
  });
});

describe("EXIF orientation", () => {
  const upright = Uint8Array.from({ length: 7 * 4 * 3 }, (_, i) => i * 3);

  test.each([1, 2, 3, 4, 5, 6, 7, 8])("%i is undone", async (orientation) => {
    const path = join(temporaryFolder(), "turned.png");
    await storeTurned(path, { width: 7, height: 4, rgb: upright }, orientation);
    const stored = await sharp(path).metadata();
    expect([stored.width, stored.orientation]).toEqual([orientation < 5 ? 7 : 4, orientation]);
    const size = { width: 7, height: 4 };
    const bitmap = await images.decode(path);
    expect(bitmap).toMatchObject({ ...size, original: size });
    expect(difference(bitmap.rgb, upright).max).toBe(0);
  });
});

describe("encoding", () => {
  const size = { width: 3, height: 2 };

  test("JPEG keeps the size", async () => {
    const jpeg = await images.encodeJpeg(size, new Uint8Array(18).fill(200));
    expect(await sharp(jpeg).metadata()).toMatchObject({ ...size, format: "jpeg" });
  });

  test("pixels that do not fill the picture are refused", async () => {
    await expect(images.encodeJpeg(size, new Uint8Array(17))).rejects.toThrow(
      "no RGB picture of 3 × 2",
    );
  });
});
