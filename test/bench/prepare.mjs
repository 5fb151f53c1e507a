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

/** What PyTorch, pytorch-grad-cam, Captum and zennit take, by model name. */
export function measurePeers(names) {
  const measured = (script) => {
    const options = { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
    const output = execFileSync(findPython(), [join(scripts, script), ...names], options);
    return JSON.parse(output.trim().split("\n").at(-1));
  };
  const [maps, runs] = [measured("peers.py"), measured("peerRuns.py")];
  const both = (name, peer) => ({ ...maps[name][peer], ...runs[name][peer] });
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        forward: maps[name].forward,
        ...Object.fromEntries(Object.keys(peerTitles).map((peer) => [peer, both(name, peer)])),
      },
    ]),
  );
}

/** The tools that are measured, as the tables call them. */
export const peerTitles = {
  pytorchGradCam: "pytorch-grad-cam",
  captum: "Captum",
  zennit: "zennit",
};

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
