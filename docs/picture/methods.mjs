/**
 * Makes docs/picture/methods/ID.jpg, one for each method that applies to the demo's network: what it shows on two of the demo's pictures. Run
 * `npm run build` before: node docs/picture/methods.mjs [ID…]
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const root = fileURLToPath(new URL("../..", import.meta.url));
const demo = join(root, "media", "demo");
const model = join(demo, "model.onnx");
const scenes = ["sailboat-at-noon", "car-on-the-road"];
const side = 224;
const gap = 4;

const sightline = (...args) =>
  execFileSync(process.execPath, [join(root, "dist", "cli.js"), ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    stdio: ["ignore", "pipe", "inherit"],
  });

const { methods } = JSON.parse(sightline("inspect", "--model", model, "--json"));
const wanted = process.argv.slice(2);
const ids = methods.map(({ id }) => id).filter((id) => wanted.length === 0 || wanted.includes(id));
const images = scenes.map((scene) => join(demo, "images", `${scene}.jpg`));
const out = mkdtempSync(join(tmpdir(), "methods-"));
const target = join(root, "docs", "picture", "methods");
mkdirSync(target, { recursive: true });
try {
  const asked = ["--model", model, "--method", ids.join(), "--out", out, "--json", ...images];
  const manifest = JSON.parse(sightline("explain", ...asked));
  for (const id of ids) {
    const names = manifest.images.map(({ maps }) => maps.find(({ method }) => method === id).png);
    const tiles = await Promise.all(
      names.map(async (name, i) => ({
        input: await sharp(join(out, name)).resize(side, side).toBuffer(),
        left: i * (side + gap),
        top: 0,
      })),
    );
    const width = names.length * (side + gap) - gap;
    await sharp({ create: { width, height: side, channels: 3, background: "white" } })
      .composite(tiles)
      .jpeg({ quality: 80 })
      .toFile(join(target, `${id}.jpg`));
    console.log(id);
  }
} finally {
  rmSync(out, { recursive: true });
}
