import { expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import type { Graph } from "../../../src/explain/graph/graph";
import { simplify } from "../../../src/explain/graph/simplify";
import { lowerPrivate } from "../../../src/explain/runtime/onnxruntime/lower";
import { createRuntimes } from "../../../src/explain/runtime/onnxruntime/index";
import { realWeights } from "../../../src/explain/runtime/onnxruntime/realWeights";
import { unsignedBytes } from "../../../src/explain/runtime/onnxruntime/unsignedBytes";
import { evaluate } from "../../../src/explain/runtime/reference";
import { scalar, tensor } from "../../../src/explain/tensor";
import { close } from "../../helper/gradient";
import { expectSameResults, graphOf } from "../../helper/graph";
import { files, runReference } from "../../helper/model";
import { optimizedNodes } from "../../helper/optimizedModel";
import { imageOf, openQuantized } from "../../helper/quantized";
import { normal } from "../../helper/random";
import { verify } from "../../helper/verify";

const kernels = ["QLinearConv", "QLinearAdd", "QLinearConcat", "QLinearAveragePool", "QGemm"];

test.each(["qdq", "operator"])(
  "onnxruntime makes kernels on integers of %s again",
  async (name) => {
    const nodes = await optimizedNodes(realWeights(simplify(await openQuantized(name))), "all");
    const operators = nodes.map(({ opType }) => opType);
    expect(operators).toEqual(expect.arrayContaining(kernels));
    const floats = ["Conv", "Add", "Concat", "AveragePool", "Gemm", "MaxPool"];
    expect(operators.filter((op) => floats.includes(op!))).toEqual([]);
  },
);

/** A graph with the gradient of every class score by the image. */
function withGradient(graph: Graph): Graph {
  const g = Builder.extend(graph);
  const [logits] = graph.outputs as [string];
  const seed = g.input("seed", "float32", g.dims(logits));
  const [dx] = gradient(g, { of: logits, wrt: [graph.inputs[0]!.name], seed });
  return g.finish([logits, dx!]);
}

test.each(["qdq", "qdqPerChannel", "qdq4", "torch", "dynamic"])(
  "the gradient of %s by the image is the reference's",
  async (name) => {
    const graph = withGradient(await openQuantized(name));
    const [onnxruntime] = createRuntimes(files);
    const program = await onnxruntime!.compile(graph, {});
    const seed = tensor("float32", [1, -2, 3, -4, 5], [1, 5]);
    const feeds = { [graph.inputs[0]!.name]: imageOf(name, 1), seed };
    const ours = await program.run(feeds);
    await program.dispose();
    const [, dx] = graph.outputs as [string, string];
    const want = (await runReference(graph, feeds))[dx]!;
    expect(want.data.some((value) => value !== 0)).toBe(true);
    close(ours[dx]!.data, want.data, 1e-4, "gradient");
  },
);

test("weights become real where no kernel on integers reads them", async () => {
  const graph = simplify(lowerPrivate(simplify(withGradient(await openQuantized("qdq")))));
  const real = verify(realWeights(graph));
  const weights = real.nodes.filter(
    ({ op, inputs }) =>
      op === "DequantizeLinear" && inputs.every((input) => real.parameters.has(input)),
  );
  expect(weights.map(({ name }) => name)).toEqual([]);
});

const steps = (g: Builder, zero: number) => [
  g.constant(scalar("float32", 0.02)),
  g.constant(scalar("int8", zero)),
];

/** onnxruntime 1.30 refuses it without {@link unsignedBytes}. */
const moved = graphOf([2, 6], (g, x) => {
  const integers = g.op("QuantizeLinear", [x, ...steps(g, -7)]);
  const real = g.op("DequantizeLinear", [integers, ...steps(g, -7)]);
  return g.op("Exp", [g.op("Reshape", [real, g.ints([3, 4])])]);
});

test("signed activations that are moved run", async () => {
  const [onnxruntime] = createRuntimes(files);
  const program = await onnxruntime!.compile(moved, {});
  const feeds = { x: normal([2, 6], 1, "float32") };
  const [y] = moved.outputs as [string];
  close((await program.run(feeds))[y]!.data, evaluate(moved, feeds)[y]!.data, 1e-6, "y");
  await program.dispose();
});

test("counting from 0 changes no real number", () => {
  const after = unsignedBytes(moved);
  expect([...after.types.values()].some(({ type }) => type === "int8")).toBe(false);
  expectSameResults(moved, after, 0);
});

test("integers that go out keep their numbers", () => {
  const out = graphOf([4], (g, x) => g.op("QuantizeLinear", [x, ...steps(g, 3)]));
  expect(unsignedBytes(out)).toBe(out);
});
