/** What the bench needs and keeps outside the clone: a Python environment, exported models, an image. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";

const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "sightline");
const scripts = import.meta.dirname;
const packages = ["torch", "torchvision", "onnx", "onnxscript", "grad-cam", "captum"];

/** The Python interpreter with PyTorch; makes its environment when it is missing (a download of some gigabytes). */
export function findPython() {
  const environment = join(cache, "python");
  const python =
    process.platform === "win32"
      ? join(environment, "Scripts", "python.exe")
      : join(environment, "bin", "python");
  if (!existsSync(python)) {
    console.error(`making a Python environment in ${environment} (once)`);
    const system = process.platform === "win32" ? "python" : "python3";
    execFileSync(system, ["-m", "venv", environment], { stdio: ["ignore", "inherit", "inherit"] });
    execFileSync(python, ["-m", "pip", "install", "--quiet", ...packages], {
      stdio: ["ignore", "inherit", "inherit"],
    });
  }
  return python;
}

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
