import { mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { explained, peakMemory, readNpy, sightline } from "../../helper/cli";
import type { Manifest } from "../../../src/explain/service/manifest";
import { brightnessModel, temporaryFolder, writeProfile } from "../../helper/files";

const folder = temporaryFolder();
const side = 20_000;
/** Where a white square of 1,000 pixels lies in a black image. */
const square = { left: 15_000, top: 5_000 };

async function paint(path: string): Promise<string> {
  const white = { width: 1000, height: 1000, channels: 3, background: "white" } as const;
  const black = { width: side, height: side, channels: 3, background: "black" } as const;
  await sharp({ create: black, limitInputPixels: false })
    .composite([{ input: { create: white }, ...square }])
    .jpeg()
    .toFile(path);
  return path;
}

test(
  "an image of 20,000 × 20,000 pixels is explained, and its overlay drawn, in bounded memory",
  { timeout: 600_000 },
  async () => {
    const model = brightnessModel(join(folder, "bright.onnx"), { width: 40, height: 40 });
    writeProfile(model, { colour: "rgb", range: 1, mean: [0], std: [1], resize: "squash" });
    const image = await paint(join(folder, "huge.jpg"));
    const out = join(folder, "out");
    mkdirSync(out);
    const memory = peakMemory();
    const args = ["--model", model, image, "--class", "0", "--out", out, "--json"];
    const run = await sightline(["explain", ...args], { env: memory.env });
    expect(run.complaints).toEqual([]);
    expect(run.status).toBe(0);
    const peak = memory.read() / 1e6;
    console.log(`20,000 × 20,000 pixels with overlay: peak ${peak.toFixed(0)} MB`);
    expect(peak).toBeLessThan(800);
    const [entry] = explained(JSON.parse(run.stdout) as Manifest);
    expect(entry!.geometry.image).toEqual({ width: side, height: side });
    const { data } = readNpy(out, "huge.gradCam.0.npy");
    const hottest = data.indexOf(Math.max(...data));
    expect([hottest % 40, Math.floor(hottest / 40)]).toEqual([30, 10]);
    const overlay = sharp(join(out, "huge.gradCam.0.png"), { limitInputPixels: false });
    const { width, height } = await overlay.metadata();
    expect([width, height]).toEqual([side, side]);
    const place = { left: square.left + 500, top: square.top + 500, width: 1, height: 1 };
    const pixel = await overlay.extract(place).raw().toBuffer();
    // White under the strongest colour, which is a pale yellow.
    expect(Math.min(...pixel)).toBeGreaterThan(150);
  },
);
