/**
 * The real-editor tests: builds and packages the extension, installs it into code-server, drives its user interface in Chromium.
 * Last line: "N passed, N failed, N skipped". Arguments go to vitest (a file's name, -t "a test's name").
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installExtension } from "./codeServer.mjs";
import { packageExtension, root } from "./package.mjs";
import { setUp } from "./setup.mjs";

const out = join(root, "out", "vscode");
const report = join(out, "report.json");

async function main() {
  const editor = await setUp();
  const { vsix, bytes } = packageExtension();
  console.log(`${vsix}: ${(bytes / 1e6).toFixed(1)} MB`);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  installExtension(
    editor,
    { userData: join(out, "user-data"), extensions: join(out, "extensions") },
    vsix,
  );
  return runTests();
}

export function runTests(env = {}) {
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules", "vitest", "vitest.mjs"),
      ...[
        "run",
        "--config",
        "test/vscode/vitest.config.mjs",
        "--reporter=default",
        "--reporter=json",
        `--outputFile=${report}`,
      ],
      ...process.argv.slice(2),
    ],
    { cwd: root, stdio: "inherit", env: { ...process.env, ...env } },
  );
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
  return status ?? 1;
}

try {
  process.exitCode = await main();
} catch (cause) {
  console.error(cause.message);
  process.exitCode = 1;
}
