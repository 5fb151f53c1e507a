/** Builds and packages the extension as it ships, for this platform: `npm run package`. */
import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(import.meta.dirname, "..", "..");
export const vsix = join(root, "out", "sightline.vsix");

/** Larger packages are slow to install; more than this means that something has slipped in. */
const mostBytes = 30e6;

/** Throws one sentence when the build or the packaging fails, or the package is too large. */
export function packageExtension() {
  const target = `${process.platform}-${process.arch}`;
  run("esbuild.js", "--production", `--target=${target}`);
  mkdirSync(dirname(vsix), { recursive: true });
  const vsce = "node_modules/@vscode/vsce/vsce";
  const links = ["--allow-missing-repository", "--no-rewrite-relative-links"];
  run(vsce, "package", "--no-dependencies", ...links, "--target", target, "--out", vsix);
  const { size } = statSync(vsix);
  if (size > mostBytes)
    throw new Error(`${vsix} has ${size} bytes, more than ${mostBytes}; see .vscodeignore.`);
  return { vsix, bytes: size };
}

function run(...args) {
  const options = { cwd: root, encoding: "utf8" };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  if (status !== 0) throw new Error(`${args[0]} failed: ${stderr || stdout}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { bytes } = packageExtension();
    console.log(`${vsix}: ${(bytes / 1e6).toFixed(1)} MB`);
  } catch (cause) {
    console.error(cause.message);
    process.exit(1);
  }
}
