/** Names what was skipped, then prints one line that counts the tests in Node and in the editor together. */
import fs from "node:fs";

const read = (file) =>
  fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : undefined;
const node = read("out/node-tests.json");
const editor = read("out/editor-tests.json");
const totals = { passed: 0, failed: 0, skipped: 0 };

if (node) {
  const broken = node.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
  );
  for (const { name } of broken) console.log(`could not be run: ${name}`);
  totals.passed += node.numPassedTests;
  totals.failed += node.numFailedTests + broken.length;
  for (const { fullName, status } of node.testResults.flatMap((file) => file.assertionResults)) {
    if (status === "passed" || status === "failed") continue;
    totals.skipped += 1;
    console.log(`skipped: ${fullName}`);
  }
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
