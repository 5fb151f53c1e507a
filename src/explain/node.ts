import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { diskFiles } from "./file/disk";
import { createImages } from "./image/decode";
import type { Platform, ServiceSettings, Versions } from "./platform";
import { createRuntimes } from "./runtime/onnxruntime/index";

/** Programs that are compiled share this many bytes unless a setting says otherwise. */
const defaultMemory = 2 ** 30;

/** What is remembered between runs. */
export const cacheFolder = join(
  process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"),
  "sightline",
);

/** Where Sightline itself lies. */
export const packageFolder = findPackageFolder();

/** Sightline's own version is that of the package that this file is bundled into. */
export const versions: Versions = { sightline: readVersion(), node: process.versions.node };

/** The platform of a Node process: the real disk, images and runtimes. */
export function nodePlatform(
  settings: Partial<ServiceSettings>,
  log: (line: string) => void = () => undefined,
): Platform {
  const files = diskFiles();
  return {
    files,
    images: createImages(files),
    runtimes: createRuntimes(files),
    settings: { threads: settings.threads, memory: settings.memory ?? defaultMemory },
    versions,
    cacheFolder,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => performance.now(),
    log,
  };
}

/** The folder of package.json: one above `dist/` when bundled, two above this file when not. */
function findPackageFolder(): string {
  const folders = [join(__dirname, ".."), join(__dirname, "..", "..")];
  return folders.find((folder) => existsSync(join(folder, "package.json"))) ?? __dirname;
}

function readVersion(): string {
  const file = join(packageFolder, "package.json");
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version
    : "unknown";
}
