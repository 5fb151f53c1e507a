/** Runs the specs in whatever editor is installed, prints how many passed, and leaves the counts in `out/editor-tests.json`. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./package.mjs";

const report = join(root, "out", "vscode", "report.json");
const counts = join(root, "out", "editor-tests.json");

/** Returns the exit status. */
export function runTests(env = {}) {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile=${report}`];
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules", "vitest", "vitest.mjs"),
      ...["run", "--config", "test/vscode/vitest.config.mjs", ...reporters],
      ...process.argv.slice(2),
    ],
    { cwd: root, stdio: "inherit", env: { ...process.env, ...env } },
  );
  const { passed, failed, skipped } = count(JSON.parse(readFileSync(report, "utf8")));
  writeFileSync(counts, JSON.stringify({ passed, failed, skipped }));
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  return status ?? 1;
}

/** A file that failed without a failed test (its editor did not open) counts as one failure. */
function count({ numPassedTests, numFailedTests, numPendingTests, testResults }) {
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests,
  };
}
