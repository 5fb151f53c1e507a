/** Type-checks every folder under the `lib` and `types` it is allowed to know. */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const projects = [
  "tsconfig.json",
  "src/extension/tsconfig.json",
  "src/webview/tsconfig.json",
  "test/tsconfig.json",
];
const failed = projects.filter(
  (project) =>
    spawnSync(process.execPath, [compiler, "--noEmit", "-p", project], { stdio: "inherit" })
      .status !== 0,
);
if (failed.length > 0) {
  console.error(`typecheck failed in ${failed.join(", ")}`);
  process.exit(1);
}
