/** From the start of a process to the first map. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./subject.mjs";

/**
 * Milliseconds from starting `sightline explain` to its first output, which is written when the map is there. Nothing is remembered of
 * earlier runs: how the model wants its images is tried out again.
 */
function once(cli, model, image) {
  const cache = mkdtempSync(join(tmpdir(), "sightline-bench-"));
  const from = process.hrtime.bigint();
  const child = spawn(process.execPath, [cli, "explain", "--model", model, "--json", image], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, XDG_CACHE_HOME: cache },
  });
  return new Promise((resolve, reject) => {
    child.stdout.once("data", () => resolve(Number(process.hrtime.bigint() - from) / 1e6));
    child.once("exit", (status) => {
      rmSync(cache, { recursive: true, force: true });
      if (status) reject(new Error(`sightline explain ended with status ${status}`));
    });
    child.once("error", reject);
  });
}

/** The median of five starts, after one that brings the files into the disk cache. */
export async function coldStart(cli, model, image) {
  const times = [];
  for (let i = 0; i < 6; i++) times.push(await once(cli, model, image));
  return median(times.slice(1));
}
