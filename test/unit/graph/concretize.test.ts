import { describe, expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import { concretize } from "../../../src/explain/graph/concretize";
import type { Dim, Graph } from "../../../src/explain/graph/graph";
import { evaluate } from "../../../src/explain/runtime/reference";
import { sizeOf, tensor, type Tensor } from "../../../src/explain/tensor";
import { close } from "../../helper/gradient";
import { floats, graphOf } from "../../helper/graph";
import { normal } from "../../helper/random";
import { verify } from "../../helper/verify";

const wanted: readonly Dim[] = ["N", 3, 4, 4];
const dimsOf = (graph: Graph) => graph.types.get(graph.outputs[0]!)!.dims;
const result = (graph: Graph, x: Tensor) => evaluate(graph, { x })[graph.outputs[0]!]!;

/** Two images give what each gives alone, in the graph as it was exported for one. */
function expectAnyBatch(graph: Graph): void {
  const opened = concretize(graph, "x", wanted);
  expect(opened).toMatchObject({ anyBatch: true });
  verify(opened.graph);
  const both = normal([2, 3, 4, 4], 3, "float32");
  const half = both.data.length / 2;
  const alone = [0, 1].map((i) => {
    const data = both.data.slice(i * half, (i + 1) * half);
    return result(graph, { type: "float32", dims: [1, 3, 4, 4], data });
  });
  const together = result(opened.graph, both);
  expect(together.data.length).toBe(2 * sizeOf(alone[0]!.dims));
  close(
    together.data,
    alone.flatMap(({ data }) => [...data]),
    1e-6,
    "two images",
  );
}

/** A vision transformer's way with its tokens, as exporters write it for one image. */
function tokens(g: Builder, x: string): string {
  const patches = g.op("Transpose", [g.op("Reshape", [x, g.ints([1, 3, 16])])], {
    perm: [0, 2, 1],
  });
  const token = g.op("Expand", [floats(g, [0.5, -1, 2], [1, 1, 3]), g.ints([1, 1, 3])]);
  const all = g.op("Concat", [token, patches], { axis: 1 });
  const heads = g.op("Reshape", [all, g.ints([1, 17, 3, 1])]);
  const merged = g.op("Reshape", [
    g.op("Transpose", [heads], { perm: [0, 2, 1, 3] }),
    g.ints([3, 17, 1]),
  ]);
  const scores = g.op("Softmax", [
    g.op("MatMul", [merged, g.op("Transpose", [merged], { perm: [0, 2, 1] })]),
  ]);
  const mixed = g.op("Reshape", [g.op("MatMul", [scores, merged]), g.ints([1, 3, -1])]);
  return g.op("Reshape", [g.op("ReduceMean", [mixed, g.ints([2])]), g.ints([1, 3])]);
}

const fixedBatch: readonly [string, (g: Builder, x: string) => string][] = [
  ["a literal 1 in front", (g, x) => g.op("Reshape", [x, g.ints([1, 48])])],
  ["a literal 1 before −1", (g, x) => g.op("Reshape", [x, g.ints([1, -1])])],
  [
    "a literal 1 that is put in the middle",
    (g, x) => {
      const last = g.op("Transpose", [x], { perm: [1, 0, 2, 3] });
      return g.op("Transpose", [g.op("Reshape", [last, g.ints([3, 1, 16])])], { perm: [1, 0, 2] });
    },
  ],
  ["tokens of a transformer", tokens],
  [
    "tokens of all images in one matrix, as torch.nn.MultiheadAttention has them",
    (g, x) => {
      const patches = g.op("Reshape", [x, g.ints([1, 3, 16])]);
      const tokens = g.op("Transpose", [patches], { perm: [2, 0, 1] });
      const heads = g.op("Reshape", [tokens, g.ints([16, 1, 3, 1])]);
      const rows = g.op("Reshape", [heads, g.ints([16, 3])]);
      const weights = floats(g, [1, 2, 3, 4, 5, 6], [3, 2]);
      const columns = g.op("Reshape", [g.op("Gemm", [rows, weights]), g.ints([16, 1, 2])]);
      return g.op("Flatten", [g.op("Transpose", [columns], { perm: [1, 0, 2] })]);
    },
  ],
  [
    "a grid that is the same for every image",
    (g, x) => g.op("GridSample", [x, floats(g, [-0.5, 0.1, 0.3, 0.7, 0.2, -0.9], [1, 1, 3, 2])]),
  ],
  [
    "sizes that Resize gives to a part of the image",
    (g, x) => {
      const roi = floats(g, [0, 0, 0.2, 0, 1, 1, 0.9, 0.5]);
      const attributes = { mode: "linear", coordinate_transformation_mode: "tf_crop_and_resize" };
      return g.op("Resize", [x, roi, "", g.ints([1, 3, 6, 5])], attributes);
    },
  ],
];

describe("a batch of 1 that the exporter fixed is opened through", () => {
  test.each(fixedBatch)("%s", (_, build) => {
    const graph = graphOf([1, 3, 4, 4], build);
    expect(concretize(graph, "x", wanted).changed.length).toBeGreaterThan(0);
    expectAnyBatch(graph);
  });
});

const ofFour: readonly [string, (g: Builder, x: string) => string][] = [
  ["Reshape", (g, x) => g.op("Reshape", [x, g.ints([4, 48])])],
  [
    "Expand",
    (g, x) => g.op("Flatten", [g.op("Expand", [g.op("Relu", [x]), g.ints([4, 3, 4, 4])])]),
  ],
  ["Resize", (g, x) => g.op("Flatten", [g.op("Resize", [x, "", "", g.ints([4, 3, 2, 8])])])],
];

test.each(ofFour)("a batch of 4 in %s is opened too", (_, build) => {
  const opened = concretize(graphOf([4, 3, 4, 4], build), "x", wanted);
  expect(opened).toMatchObject({ anyBatch: true });
  expect(opened.changed).toHaveLength(1);
  expect(dimsOf(verify(opened.graph))).toEqual(["N", 48]);
});

test.each([[[0, -1]], [[-1, 48]]])("Reshape to [%s] follows by itself", (target) => {
  const graph = graphOf([1, 3, 4, 4], (g, x) => g.op("Reshape", [x, g.ints(target)]));
  const opened = concretize(graph, "x", wanted);
  expect(opened).toMatchObject({ anyBatch: true, changed: [] });
  expect(dimsOf(opened.graph)).toEqual(["N", 48]);
});

test("a batch that cannot be opened stays, with the reason", () => {
  const graph = graphOf([1, 3, 4, 4], (g, x) => g.op("Squeeze", [x, g.ints([0])]));
  const opened = concretize(graph, "x", wanted);
  expect(opened.anyBatch).toBe(false);
  expect(opened.reason).toMatch(/./);
  expect(verify(opened.graph).inputs[0]!.dims).toEqual([1, 3, 4, 4]);
});

test("weights that the image itself makes keep the batch closed", () => {
  const graph = graphOf([1, 3, 4, 4], (g, x) => {
    const routing = g.op("ReduceMean", [x, g.ints([2, 3])], { keepdims: 0 });
    const kernels = g.op("MatMul", [routing, floats(g, [1, 2, 3, 4, 5, 6], [3, 2])]);
    const filter = g.op("Reshape", [kernels, g.ints([2, 1, 1, 1])]);
    const one = g.op("ReduceSum", [x, g.ints([1])]);
    const y = g.op("Reshape", [g.op("Conv", [one, filter]), g.ints([1, 2, 16])]);
    return g.op("ReduceMean", [y, g.ints([2])], { keepdims: 0 });
  });
  const kept = concretize(graph, "x", wanted);
  expect(kept.anyBatch).toBe(false);
  expect(kept.reason).toContain("which joins images");
  expect(dimsOf(kept.graph)).toEqual([1, 2]);
});

test("places that are written in one image keep the batch closed", () => {
  const graph = graphOf([1, 3, 4, 4], (g, x) => {
    const first = g.op("Slice", [x, g.ints([0]), g.ints([1]), g.ints([1])]);
    const places = g.constant(tensor("int64", [0, 1], [1, 1, 2]));
    const y = g.op("ScatterND", [x, places, g.op("Mul", [first, first])]);
    return g.op("ReduceMean", [y, g.ints([2, 3])], { keepdims: 0 });
  });
  const kept = concretize(graph, "x", wanted);
  expect(kept.anyBatch).toBe(false);
  expect(kept.reason).toContain("writes [N,1,4,4] to [1,1,4,4] places");
});

test("an output without a batch keeps it closed, and is named", () => {
  const graph = graphOf([1, 3, 4, 4], (g, x) => g.op("ReduceMean", [x], { keepdims: 0 }));
  expect(concretize(graph, "x", wanted)).toMatchObject({
    anyBatch: false,
    reason: `“${graph.outputs[0]}”: has the shape [] for any number of images.`,
  });
});

test("an open batch and open sizes become N and numbers, everywhere", () => {
  const graph = graphOf(["batch", 3, "height", "width"], (g, x) => {
    const mask = g.input("mask", "float32", ["batch", 1, "height", "width"]);
    const pooled = g.op("MaxPool", [g.op("Mul", [x, mask])], {
      kernel_shape: [2, 2],
      strides: [2, 2],
    });
    const rows = g.op("Slice", [g.op("Shape", [pooled]), g.ints([0]), g.ints([1])]);
    return g.op("Reshape", [pooled, g.op("Concat", [rows, g.ints([-1])], { axis: 0 })]);
  });
  const { graph: concrete, ...rest } = concretize(graph, "x", wanted);
  expect(rest).toEqual({ anyBatch: true, changed: [] });
  verify(concrete);
  expect(concrete.inputs.map(({ dims }) => dims)).toEqual([wanted, ["N", 1, 4, 4]]);
  expect(dimsOf(concrete)).toEqual(["N", 12]);
});

test("a batch that is named, but computed with as 1, is opened like a fixed one", () => {
  const graph = graphOf(["batch", 3, 4, 4], (g, x) => g.op("Reshape", [x, g.ints([1, 48])]));
  const opened = concretize(graph, "x", wanted);
  expect(opened).toMatchObject({ anyBatch: true });
  expect(opened.changed).toHaveLength(1);
  expect(dimsOf(verify(opened.graph))).toEqual(["N", 48]);
});

test("so is one that is lost on the way and comes back from the shape", () => {
  const graph = graphOf(["batch", 3, 4, 4], (g, x) => {
    const lost = g.op("Reshape", [x, g.ints([1, 48])]);
    const target = g.op("Concat", [g.op("Shape", [x], { end: 1 }), g.ints([48])], { axis: 0 });
    return g.op("Reshape", [lost, target]);
  });
  const opened = concretize(graph, "x", wanted);
  expect(opened).toMatchObject({ anyBatch: true });
  expect(dimsOf(verify(opened.graph))).toEqual(["N", 48]);
});

test("an image that the graph cannot take is an error that names the place", () => {
  const graph = graphOf(["batch", 3, "height", "width"], (g, x) =>
    g.op("Add", [x, g.constant(tensor("float32", new Array<number>(25).fill(1), [5, 5]))]),
  );
  expect(() => concretize(graph, "x", wanted)).toThrow(graph.nodes[0]!.name);
});

test("an input that there is not is an error", () => {
  expect(() =>
    concretize(
      graphOf(["N", 3], (_, x) => x),
      "y",
      wanted,
    ),
  ).toThrow("“y”");
});
