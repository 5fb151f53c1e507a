/** TypeScript for a process of its own: one file that leaves out what has native parts. */
import { build } from "esbuild";

/** Bundles `entry` with all that it imports into `outfile`, by esbuild's `options` besides the usual ones; resolves to `outfile`. */
export async function bundle(entry, outfile, options = {}) {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    external: ["onnxruntime-node", "sharp"],
    ...options,
  });
  return outfile;
}
