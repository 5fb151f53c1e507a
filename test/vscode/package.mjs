/** Builds and packages the extension as it ships. */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");
export const vsix = join(root, "out", "sightline.vsix");

/** STYLE's budget for one platform. */
const mostBytes = 30e6;

export function packageExtension() {
  run(process.execPath, "esbuild.js", "--production");
  run(
    process.execPath,
    "node_modules/@vscode/vsce/vsce",
    "package",
    "--no-dependencies",
    "--target",
    `${process.platform}-${process.arch}`,
    "--out",
    vsix,
  );
  const { size } = statSync(vsix);
  if (size > mostBytes) throw new Error(`${vsix} has ${size} bytes; the budget is ${mostBytes}.`);
  return { vsix, bytes: size };
}

function run(program, ...args) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${args[0]} failed: ${stderr || stdout}`);
}
