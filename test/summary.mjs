/** Prints what was skipped and why, then one line that counts the tests in Node and in the editor together. */
import fs from "node:fs";

const read = (file) =>
  fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined;
const node = read("out/node-tests.json");
const editor = read("out/editor-tests.json");

const totals = { passed: 0, failed: 0, skipped: 0 };
if (node) {
  totals.passed += node.numPassedTests;
  totals.failed += node.numFailedTests + node.numFailedTestSuites;
  totals.skipped += node.numPendingTests + (node.numTodoTests ?? 0);
} else {
  console.log("the tests in Node did not report");
  totals.failed += 1;
}
if (editor) for (const key of Object.keys(totals)) totals[key] += editor[key];
else {
  console.log("the tests in the editor did not report");
  totals.failed += 1;
}

console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed > 0 ? 1 : 0);
