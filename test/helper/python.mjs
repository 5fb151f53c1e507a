/** Python with the reference frameworks, and the folder outside the clone where what it makes is kept. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "sightline");
const packages = ["torch", "torchvision", "timm", "onnx", "onnxscript", "grad-cam", "captum"];

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
