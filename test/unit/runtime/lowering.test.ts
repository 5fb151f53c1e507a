import { describe, expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import { lowerPrivate } from "../../../src/explain/runtime/onnxruntime/lower";
import { evaluate } from "../../../src/explain/runtime/reference";
import { close } from "../../helper/gradient";
import { checkEval, runGraph } from "../../helper/onnxruntime";
import { optimizedNodes } from "../../helper/optimizedModel";
import { privateCases } from "../../helper/privateCases";
import { normal, uniform } from "../../helper/random";
import { tensor } from "../../../src/explain/tensor";

const weights = (g: Builder, dims: readonly number[], seed: number) =>
  g.parameter(`w${seed}`, normal(dims, seed, "float32"));

/** Convolution, batch normalization, Relu. */
function block(g: Builder, x: string, filter: readonly number[], seed: number, attributes = {}) {
  const [filters] = filter as [number];
  const y = g.op("Conv", [x, weights(g, filter, seed)], { pads: [1, 1, 1, 1], ...attributes });
  const statistics = [1, 2, 3].map((i) => weights(g, [filters], seed + i));
  const variance = g.parameter(`v${seed}`, uniform([filters], seed));
  return g.op("Relu", [g.op("BatchNormalization", [y, ...statistics, variance])]);
}

/** A small classifier with every kind of pooling, a batch of any size, and the gradient of two scores. */
function classifier() {
  const g = new Builder("test");
  const x = g.input("x", "float32", ["N", 3, 13, 11]);
  const first = block(g, x, [4, 3, 3, 3], 10, { strides: [2, 1] });
  const pooled = g.op("MaxPool", [first], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 });
  const second = block(g, pooled, [4, 1, 3, 3], 20, { group: 4 });
  const averaged = g.op("AveragePool", [second], { kernel_shape: [2, 2], pads: [0, 0, 1, 1] });
  const flat = g.op("Flatten", [g.op("GlobalAveragePool", [averaged])]);
  const scores = g.op("Gemm", [flat, weights(g, [5, 4], 30)], { transB: 1 });
  const seed = g.input("seed", "float32", [2, "N", 5]);
  const wrt = [x, "w10", "w20", "w30"];
  const gradients = gradient(g, { of: scores, wrt, seed, classes: 2 });
  return g.finish([scores, ...gradients.map((name) => name!)]);
}

describe("a lowering says in onnxruntime what the private operator's eval says", () => {
  for (const [op, cases] of Object.entries(privateCases)) {
    for (const optimization of ["disabled", "all"] as const) {
      test(`${op}, optimizations ${optimization}`, async () => {
        for (const testCase of cases) await checkEval(testCase, 1e-5, optimization);
        expect(cases.length).toBeGreaterThanOrEqual(100);
      });
    }
  }
});

test("a whole backward pass with classes and a batch of any size agrees with the reference", async () => {
  const graph = classifier();
  for (const batch of [1, 3]) {
    const feeds = {
      x: normal([batch, 3, 13, 11], 1, "float32"),
      seed: normal([2, batch, 5], 2, "float32"),
    };
    const ours = evaluate(graph, feeds);
    const theirs = await runGraph(graph, feeds);
    for (const name of graph.outputs) {
      expect(theirs[name]!.dims).toEqual(ours[name]!.dims);
      close(theirs[name]!.data, ours[name]!.data, 1e-5, name);
    }
  }
});

test("lowering keeps names, and leaves only public operators", () => {
  const graph = classifier();
  const lowered = lowerPrivate(graph);
  expect(lowered.outputs).toEqual(graph.outputs);
  expect(lowered.inputs).toEqual(graph.inputs);
  for (const name of graph.outputs) expect(lowered.types.get(name)).toEqual(graph.types.get(name));
  expect(lowered.nodes.filter(({ op }) => op in privateCases)).toEqual([]);
});

test("kernels are rotated once, at load", async () => {
  const g = new Builder("test");
  const dy = g.input("dy", "float32", ["N", 6, 5, 5]);
  const filter = weights(g, [6, 2, 3, 3], 1);
  const attributes = { group: 2, pads: [1, 1, 1, 1], shape: [5, 5] };
  const graph = g.finish([g.op("ConvInputGrad", [dy, filter], attributes)]);
  const nodes = await optimizedNodes(graph, "basic");
  expect(nodes.map(({ opType }) => opType).filter((op) => op !== "Identity")).toEqual(["Conv"]);
});

test("convolution, batch normalization and Relu stay one kernel when their gradient is taken", async () => {
  const nodes = await optimizedNodes(classifier(), "all");
  const fused = nodes.filter(({ attribute }) =>
    attribute.some(({ name }) => name === "activation"),
  );
  expect(fused.map(({ opType }) => opType)).toEqual(["Conv", "Conv"]);
  expect(nodes.map(({ opType }) => opType)).not.toContain("BatchNormalization");
  expect(nodes.map(({ opType }) => opType)).not.toContain("Relu");
});

test("a Pad between two transposes survives onnxruntime's optimizer", async () => {
  const g = new Builder("test");
  const x = g.input("x", "float32", ["N", 2, 3, 4]);
  const last = g.op("Transpose", [x], { perm: [0, 2, 3, 1] });
  const padded = g.op("Pad", [last, g.ints([1, 0, 2, 1]), "", g.ints([1, -2])]);
  const graph = g.finish([g.op("Transpose", [padded], { perm: [0, 3, 1, 2] })]);
  const feeds = { x: normal([1, 2, 3, 4], 1, "float32") };
  const [name] = graph.outputs as [string];
  const theirs = (await runGraph(graph, feeds))[name]!;
  expect(theirs.dims).toEqual([1, 2, 6, 5]);
  expect([...theirs.data]).toEqual([...evaluate(graph, feeds)[name]!.data]);
});

test("an enlarged map has the size that is asked for where its factor is no exact number", async () => {
  const g = new Builder("test");
  const x = g.input("x", "float32", ["N", 2, 3, 3]);
  const images = g.op("Slice", [g.op("Shape", [x]), g.ints([0]), g.ints([2])]);
  const sizes = g.op("Concat", [images, g.ints([7, 7])], { axis: 0 });
  const attributes = { coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
  const enlarged = g.op("Resize", [x, "", "", sizes], { mode: "nearest", ...attributes });
  const other = g.constant(normal([1, 2, 7, 7], 2, "float32"));
  const graph = g.finish([g.op("Mul", [enlarged, other])]);
  const feeds = { x: normal([2, 2, 3, 3], 1, "float32") };
  const [name] = graph.outputs as [string];
  const theirs = (await runGraph(graph, feeds))[name]!;
  expect(theirs.dims).toEqual([2, 2, 7, 7]);
  expect([...theirs.data]).toEqual([...evaluate(graph, feeds)[name]!.data]);
});

test("what meets at one place is added up one after the other, also counted from behind and along two axes", async () => {
  const g = new Builder("test");
  const x = g.input("x", "float32", ["N", 3, 4]);
  const places = g.constant(tensor("int64", [0, 1, 0, -2, -1, 2, 0, 2], [4, 2]));
  const updates = g.constant(normal([4, 4], 2, "float32"));
  const graph = g.finish([g.op("ScatterND", [x, places, updates], { reduction: "add" })]);
  const feeds = { x: normal([1, 3, 4], 1, "float32") };
  const [name] = graph.outputs as [string];
  expect(lowerPrivate(graph).nodes.map(({ op }) => op)).not.toContain("ScatterND");
  close((await runGraph(graph, feeds))[name]!.data, evaluate(graph, feeds)[name]!.data, 1e-6, name);
});
