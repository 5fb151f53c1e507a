import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openOnnx } from "../../../src/explain/format/onnx/read";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import { concretize } from "../../../src/explain/graph/concretize";
import type { Graph } from "../../../src/explain/graph/graph";
import { simplify } from "../../../src/explain/graph/simplify";
import { lowerPrivate } from "../../../src/explain/runtime/onnxruntime/lower";
import { castTo, type Tensor } from "../../../src/explain/tensor";
import { close } from "../../helper/gradient";
import { normal } from "../../helper/random";
import { checkModel, files, fixture, runReference, runWritten } from "../../helper/model";

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

/** What `spatial.py` makes of several nodes, or what is taken apart into several. */
const composed = readdirSync(fixture("onnx/spatial")).filter((name) =>
  /^(AffineGrid-20-corners|CenterCropPad|Col2Im|DeformConv|GlobalLpPool|MaxUnpool|Resize-10)/.test(
    name,
  ),
);

describe("the gradient by the image is that of central differences, for any number of images", () => {
  test.each(composed)("%s", async (name) => {
    const { graph } = await openOnnx(fixture("onnx/spatial", name), files);
    await checkDirection(opened(graph));
  });
});

/** The graph for images of one size; the batch is open where the file says so or lets it be opened. */
function opened(graph: Graph): Graph {
  const sizes = graph.inputs[0]!.dims.slice(1).map((dim) =>
    dim === "H" ? 6 : dim === "W" ? 5 : dim,
  );
  return concretize(graph, "x", ["N", ...sizes]).graph;
}

/** Along one random direction; constants make the sums single precision here and there. */
async function checkDirection(graph: Graph): Promise<void> {
  const y = graph.outputs[0]!;
  const dims = graph.inputs[0]!.dims.map((dim) => (typeof dim === "number" ? dim : 2));
  const [x, direction] = [normal(dims, 3), normal(dims, 4)];
  const moved = (step: number) => ({
    ...x,
    data: x.data.map((value, i) => value + step * direction.data[i]!),
  });
  const run = async (step: number) => (await runReference(graph, { x: moved(step) }))[y]!;
  const weights = normal((await run(0)).dims, 5);
  const dot = (a: Tensor, b: Tensor) =>
    Array.from(a.data).reduce((sum, value, i) => sum + value * b.data[i]!, 0);
  const step = 1e-4;
  const numeric = (dot(await run(step), weights) - dot(await run(-step), weights)) / (2 * step);
  const g = Builder.extend(graph);
  const seed = g.input("seed", "float32", g.dims(y));
  const [dx] = gradient(g, { of: y, wrt: ["x"], seed });
  const backward = g.finish([dx!]);
  const exact = (await runReference(backward, { x, seed: weights }))[dx!]!;
  const feeds = { x: castTo(x, "float32"), seed: castTo(weights, "float32") };
  const native = (await runWritten(lowerPrivate(simplify(backward)), feeds))[dx!]!;
  close(native.data, exact.data, 1e-4, `${y} in onnxruntime`);
  close([dot(exact, direction)], [numeric], 3e-3, y);
}
