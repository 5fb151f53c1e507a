/** What the bench needs and keeps outside the clone: exported models, figures of others, an image. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { cache, findPython } from "../helper/python.mjs";

const scripts = import.meta.dirname;

/** Paths of the exported models, by name; exports those that are missing. */
export function exportModels(names) {
  const folder = join(cache, "models");
  const path = (name) => join(folder, `${name}.onnx`);
  const missing = names.filter((name) => !existsSync(path(name)));
  if (missing.length > 0) {
    console.error(`exporting ${missing.join(", ")} to ${folder} (once)`);
    execFileSync(findPython(), [join(scripts, "export.py"), folder, ...missing], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
  return Object.fromEntries(names.map((name) => [name, path(name)]));
}

/** What PyTorch, pytorch-grad-cam and Captum take, by model name. */
export function measurePeers(names) {
  const output = execFileSync(findPython(), [join(scripts, "peers.py"), ...names], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(output.trim().split("\n").at(-1));
}

/** A photo-sized picture of noise. */
export async function makeImage() {
  mkdirSync(cache, { recursive: true });
  const path = join(cache, "noise.jpg");
  const noise = { type: "gaussian", mean: 128, sigma: 40 };
  if (!existsSync(path))
    await sharp({ create: { width: 500, height: 375, channels: 3, noise } })
      .jpeg()
      .toFile(path);
  return path;
}
