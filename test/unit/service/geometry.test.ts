import { readFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { decodeNpy } from "../../../src/explain/file/npy";
import type { Manifest, ManifestImage } from "../../../src/explain/service/manifest";
import { nodePlatform } from "../../../src/explain/node";
import { createService } from "../../../src/explain/service/service";
import { brightnessModel, temporaryFolder, writeProfile } from "../../helper/files";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the EXIF specification stores pixel (x, y) of an upright image of w × h, by orientation. */
const stored: readonly ((
  x: number,
  y: number,
  w: number,
  h: number,
) => readonly [number, number])[] = [
  (x, y) => [x, y],
  (x, y, w) => [w - 1 - x, y],
  (x, y, w, h) => [w - 1 - x, h - 1 - y],
  (x, y, _, h) => [x, h - 1 - y],
  (x, y) => [y, x],
  (x, y, w) => [y, w - 1 - x],
  (x, y, w, h) => [h - 1 - y, w - 1 - x],
  (x, y, _, h) => [h - 1 - y, x],
];

/** A dark JPEG with one bright dot of 9 × 9 pixels, stored in the given EXIF orientation (1–8). */
async function paint(
  path: string,
  width: number,
  height: number,
  dot: Point,
  orientation: number,
): Promise<string> {
  const turned = orientation > 4;
  const [w, h] = turned ? [height, width] : [width, height];
  const pixels = Buffer.alloc(w * h * 3, 8);
  for (let y = dot.y - 4; y <= dot.y + 4; y++) {
    for (let x = dot.x - 4; x <= dot.x + 4; x++) {
      const [column, row] = stored[orientation - 1]!(x, y, width, height);
      pixels.fill(250, 3 * (row * w + column), 3 * (row * w + column) + 3);
    }
  }
  const image = sharp(pixels, { raw: { width: w, height: h, channels: 3 } });
  await image.jpeg({ quality: 95 }).withMetadata({ orientation }).toFile(path);
  return path;
}

/** The centre, in original pixels, of the largest value's cell, worked out here from the written files alone. */
function hottest(folder: string, image: ManifestImage): { at: Point; cell: Point } {
  const map = image.maps[0]!;
  const { dims, data } = decodeNpy(readFileSync(join(folder, map.npy!)), map.npy!);
  const [rows, columns] = dims as [number, number];
  const best = data.indexOf(Math.max(...data));
  const { input, scaleX, scaleY, offsetX, offsetY } = image.geometry;
  const across = input.width / columns;
  const down = input.height / rows;
  return {
    at: {
      x: (((best % columns) + 0.5) * across - offsetX) / scaleX,
      y: ((Math.floor(best / columns) + 0.5) * down - offsetY) / scaleY,
    },
    cell: { x: across / scaleX, y: down / scaleY },
  };
}

const folder = temporaryFolder();
const resizes = ["squash", "crop", "letterbox"] as const;
/** Odd, even, wide, high and small ones, with a dot that the centre crop keeps. */
const sizes: readonly [width: number, height: number, dot: Point][] = [
  [211, 157, { x: 141, y: 30 }],
  [96, 203, { x: 20, y: 131 }],
  [61, 61, { x: 40, y: 12 }],
];

describe.each(resizes)("the hottest pixel comes back through %s", (resize) => {
  const model = brightnessModel(join(folder, `${resize}.onnx`), { width: 64, height: 48, cell: 4 });
  writeProfile(model, {
    resize,
    resizeTo: 64,
    range: 1,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    colour: "rgb",
    labels: ["bright", "dark"],
  });

  test("in every orientation and size, in what is written to disk", async () => {
    const images: { path: string; dot: Point }[] = [];
    for (const [width, height, dot] of sizes) {
      for (let orientation = 1; orientation <= 8; orientation++) {
        const path = join(folder, `${resize}-${width}x${height}-${orientation}.jpg`);
        images.push({ path: await paint(path, width, height, dot, orientation), dot });
      }
    }
    const out = join(folder, resize);
    const service = createService(nodePlatform({}));
    const explain = {
      model,
      images: images.map(({ path }) => path),
      methods: ["gradCam"],
      layer: "auto",
      classes: { indices: [0] },
      score: "logit",
    } as const;
    const events = [];
    for await (const event of service.save({
      explain,
      folder: out,
      overlay: { colourMap: "inferno", opacity: 0.5 },
    })) {
      events.push(event);
    }
    await service.dispose();
    const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")) as Manifest;
    for (const [i, { path, dot }] of images.entries()) {
      const image = manifest.images[i] as ManifestImage;
      expect(image.path).toBe(path);
      const { at, cell } = hottest(out, image);
      expect(Math.abs(at.x - (dot.x + 0.5)), `${path}: columns`).toBeLessThanOrEqual(cell.x);
      expect(Math.abs(at.y - (dot.y + 0.5)), `${path}: rows`).toBeLessThanOrEqual(cell.y);
      const overlay = await sharp(join(out, image.maps[0]!.png!)).metadata();
      expect([overlay.width, overlay.height]).toEqual([
        image.geometry.image.width,
        image.geometry.image.height,
      ]);
    }
  });
});
