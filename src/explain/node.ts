import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { diskFiles } from "./file/disk";
import { createImages } from "./image/decode";
import type { Platform, ServiceSettings } from "./platform";
import { createRuntimes } from "./runtime/onnxruntime/index";

/** Programs that are compiled share this many bytes unless a setting says otherwise. */
const defaultMemory = 2 ** 30;

/** Sightline's version, from the package that this file is bundled into. */
export const sightlineVersion = readVersion();

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
    version: sightlineVersion,
    cacheFolder: join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "sightline"),
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    now: () => performance.now(),
    log,
  };
}

function readVersion(): string {
  const found = ["../package.json", "../../package.json"]
    .map((path) => join(__dirname, path))
    .find(existsSync);
  return found
    ? (JSON.parse(readFileSync(found, "utf8")) as { version: string }).version
    : "unknown";
}
