import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { openOnnx } from "../../../src/explain/format/onnx/read";
import { concretize } from "../../../src/explain/graph/concretize";
import { checkModel, files, fixture } from "../../helper/model";

/** Operators that move or resize positions, in the form of the opset in their name: made by test/fixture/onnx/spatial.py. */
test.each(readdirSync(fixture("onnx/spatial")))("%s computes what it did before", async (name) => {
  await checkModel(fixture("onnx/spatial", name));
});

test("sizes that are scaled at run time are numbers once the image has a size", async () => {
  const path = fixture("onnx/spatial", "Resize-13-computedOpen.onnx");
  const { graph } = await openOnnx(path, files);
  const { graph: concrete } = concretize(graph, "x", ["N", 3, 7, 10]);
  expect(concrete.types.get("y")!.dims).toEqual(["N", 3, 10, 15]);
});
