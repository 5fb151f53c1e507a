/** Python with the reference frameworks, and the folder outside the clone where what it makes is kept. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "sightline");
const packages = [
  ...["torch", "torchvision", "timm", "onnx", "onnxscript"],
  ...["grad-cam", "captum", "zennit"],
];

/** The Python interpreter with PyTorch and the peers; makes its environment when it is missing (a download of some gigabytes), and adds what it lacks. */
export function findPython() {
  const environment = join(cache, "python");
  const python =
    process.platform === "win32"
      ? join(environment, "Scripts", "python.exe")
      : join(environment, "bin", "python");
  const quietly = { stdio: ["ignore", "inherit", "inherit"] };
  if (!existsSync(python)) {
    console.error(`making a Python environment in ${environment} (once)`);
    const system = process.platform === "win32" ? "python" : "python3";
    execFileSync(system, ["-m", "venv", environment], quietly);
  }
  const list = join(environment, "packages.txt");
  if (!existsSync(list) || readFileSync(list, "utf8") !== packages.join()) {
    execFileSync(python, ["-m", "pip", "install", "--quiet", ...packages], quietly);
    writeFileSync(list, packages.join());
  }
  return python;
}
