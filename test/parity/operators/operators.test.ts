import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../helper/files";
import { fixture } from "../../helper/model";
import { checkCase } from "./check";
import { unpack } from "./selection";

/** The smallest node tests of the ONNX project, some for every operator; npm run parity:operators runs all of them. */
const folder = temporaryFolder();
const cases = unpack(readFileSync(fixture("onnx/node.json.gz")), folder);

test.each(cases)("$name: eval, onnxruntime and the gradient are right", async (item) => {
  const outcome = await checkCase(folder, item, {
    announce: () => undefined,
    known: { alone: "" },
  });
  const { evaluated, compiled, gradient = "" } = outcome;
  expect({ evaluated, compiled, gradient }).toEqual({ evaluated: "", compiled: "", gradient: "" });
});
