/** `npm run test:desktop`: the real-editor tests in a desktop VS Code, which @vscode/test-electron downloads. */
import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
} from "@vscode/test-electron";
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageExtension, root } from "./package.mjs";
import { runTests } from "./tests.mjs";

const out = join(root, "out", "vscode");

async function download() {
  try {
    return await downloadAndUnzipVSCode("stable");
  } catch (cause) {
    throw new Error(
      `VS Code could not be downloaded (${cause.message}); check the network, or use npm run test:vscode.`,
      { cause },
    );
  }
}

async function main() {
  if (process.platform === "linux" && !process.env.DISPLAY) {
    throw new Error(
      "A desktop VS Code needs a display; run xvfb-run -a npm run test:desktop, or npm run test:vscode.",
    );
  }
  const program = await download();
  const { vsix } = packageExtension();
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const [cli] = resolveCliArgsFromVSCodeExecutablePath(program);
  const folders = [
    "--extensions-dir",
    join(out, "extensions"),
    "--user-data-dir",
    join(out, "user-data"),
  ];
  const { status, stderr } = spawnSync(cli, [...folders, "--install-extension", vsix], {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`${vsix} could not be installed: ${stderr}`);
  return runTests({ SIGHTLINE_DESKTOP: program });
}

try {
  process.exitCode = await main();
} catch (cause) {
  console.error(cause.message);
  process.exitCode = 1;
}
