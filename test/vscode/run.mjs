/**
 * The real-editor tests: builds and packages the extension, installs it into code-server, drives its user interface in Chromium.
 * Last line: "N passed, N failed, N skipped". Arguments go to vitest (a file's name, -t "a test's name").
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { installExtension } from "./codeServer.mjs";
import { packageExtension, root } from "./package.mjs";
import { setUp } from "./setup.mjs";
import { runTests } from "./tests.mjs";

const out = join(root, "out", "vscode");

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

try {
  process.exitCode = await main();
} catch (cause) {
  console.error(cause.message);
  process.exitCode = 1;
}
