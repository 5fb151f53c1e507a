/**
 * npm run parity:operators [-- WORD…]: the node test cases of the ONNX project, by `eval`, by the onnxruntime runtime, and by onnxruntime
 * without Sightline. Prints what fails; with words only the cases whose names or operators contain one. Without words it writes
 * docs/operators.md, the selection of cases that npm test runs, and out/parity/operators.json with every outcome. What fails does not
 * change the exit status: the table is the result.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { bundle } from "../../helper/bundle.mjs";
import { cache, findPython } from "../../helper/python.mjs";

const here = import.meta.dirname;
const root = join(here, "..", "..", "..");

/** The folder of the cases, made when this version of the package or of the script has not made it yet. */
function exportCases() {
  const script = join(here, "export.py");
  const python = findPython();
  const version = execFileSync(python, ["-c", "import onnx; print(onnx.__version__)"], {
    encoding: "utf8",
  });
  const hash = createHash("sha256").update(version).update(readFileSync(script)).digest("hex");
  const folder = join(cache, "operators", `onnx-${version.trim()}-${hash.slice(0, 8)}`);
  if (!existsSync(join(folder, "index.json"))) {
    console.error(`writing the node test cases of onnx ${version.trim()} to ${folder} (once)`);
    execFileSync(python, [script, folder], { stdio: ["ignore", "ignore", "inherit"] });
  }
  return folder;
}

const script = await bundle(join(here, "main.ts"), join(root, "out", "parity", "operators.cjs"), {
  sourcemap: "inline",
});
const { main } = createRequire(import.meta.url)(script);
await main({
  bundle: script,
  folder: exportCases(),
  words: process.argv.slice(2).map((word) => word.toLowerCase()),
  details: join(root, "out", "parity", "operators.json"),
  table: join(root, "docs", "operators.md"),
  selection: join(root, "test", "fixture", "onnx", "node.json.gz"),
});
