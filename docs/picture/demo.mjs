/**
 * Makes docs/picture/demo.jpg, the README's picture, from the overlays that `npm start` writes: first four pictures of which the demo's
 * model is right, then four that unmask it. Run `npm start` before: node docs/picture/demo.mjs
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const root = fileURLToPath(new URL("../..", import.meta.url));
const overlays = join(root, "out", "demo");
const scenes = [
  "sailboat-at-noon",
  "sailboat-at-sunset",
  "car-on-the-road",
  "windmill-in-the-meadow",
  "windmill-on-an-islet",
  "car-on-the-pier",
  "sailboat-in-the-desert",
  "sailboat-on-the-road",
];
const side = 256;
const gap = 4;
const columns = 4;

const names = readdirSync(overlays).filter((name) => name.endsWith(".png"));
const tiles = scenes.map((scene, i) => ({
  input: join(
    overlays,
    names.find((name) => name.startsWith(`${scene}.`)),
  ),
  left: (i % columns) * (side + gap),
  top: Math.floor(i / columns) * (side + gap),
}));
const width = columns * (side + gap) - gap;
const height = Math.ceil(scenes.length / columns) * (side + gap) - gap;
await sharp({ create: { width, height, channels: 3, background: "white" } })
  .composite(tiles)
  .jpeg({ quality: 85 })
  .toFile(join(root, "docs", "picture", "demo.jpg"));
