import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { buildSync } from "esbuild";
import sharp from "sharp";

/** 20,000 × 20,000 pixels are 1.2 GB of RGB; reading one may take this much more than reading a small image. */
const allowance = 250;
const side = 20000;
const folder = mkdtempSync(join(tmpdir(), "sightline-memory-"));
const script = join(__dirname, "../../../node_modules/.cache/sightline-decode.cjs");

beforeAll(async () => {
  buildSync({
    entryPoints: [join(__dirname, "decodeInChild.ts")],
    outfile: script,
    bundle: true,
    platform: "node",
    external: ["sharp"],
  });
  const flat = { width: side, height: side, channels: 3, background: "#306090" } as const;
  const create = () => sharp({ create: flat, limitInputPixels: false });
  await create().png({ compressionLevel: 1 }).toFile(join(folder, "large.png"));
  await create().jpeg().toFile(join(folder, "large.jpg"));
  writeFileSync(join(folder, "progressive.jpg"), claimSize(await progressive()));
  await sharp({ create: { ...flat, width: 64, height: 64 } })
    .png()
    .toFile(join(folder, "small.png"));
}, 300_000);

const progressive = () =>
  sharp({ create: { width: 64, height: 64, channels: 3, background: "#306090" } })
    .jpeg({ progressive: true })
    .toBuffer();

/** Writes another size into the frame header (marker SOF2) of a progressive JPEG. */
function claimSize(jpeg: Buffer): Buffer {
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc2]));
  jpeg.writeUInt16BE(side, frame + 5);
  jpeg.writeUInt16BE(side, frame + 7);
  return jpeg;
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Decodes in a process of its own; its peak resident size in megabytes. */
function decode(name: string): { peak: number; bitmap?: unknown; error?: string } {
  const child = spawnSync(process.execPath, [script, join(folder, name)], { encoding: "utf8" });
  expect(child.stderr).toBe("");
  return JSON.parse(child.stdout) as { peak: number };
}

describe("an image of 20,000 × 20,000 pixels is reduced while it is read, in bounded memory", () => {
  test.each(["large.png", "large.jpg"])("%s", (name) => {
    const { peak, bitmap } = decode(name);
    console.log(`${name}: peak ${peak} MB, a small image ${decode("small.png").peak} MB`);
    expect(bitmap).toEqual({ width: 5000, height: 5000, original: { width: side, height: side } });
    expect(peak - decode("small.png").peak).toBeLessThan(allowance);
  });

  test("or refused, when its decoder would hold it as a whole", () => {
    const { peak, error } = decode("progressive.jpg");
    expect(error).toMatch(
      /progressive.jpg: 20000 × 20000 pixels are too many for a progressive JPEG \(at most 134 million pixels\); scale it down, or save it as a plain JPEG or PNG\.$/,
    );
    expect(peak - decode("small.png").peak).toBeLessThan(50);
  });
});
