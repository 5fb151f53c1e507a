import { expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import type { Graph, Parameter } from "../../../src/explain/graph/graph";
import { simplify } from "../../../src/explain/graph/simplify";
import { tensor } from "../../../src/explain/tensor";
import { expectSameResults } from "../../helper/graph";
import { normal, uniform } from "../../helper/random";
import { remaining, type Build } from "../../helper/simplify";

/** Conv → BatchNormalization → Relu → Conv → BatchNormalization, and the gradient by the image of `classes` cotangents. */
function normalisedBackward(classes: number, group: number): Graph {
  const g = new Builder();
  const x = g.input("x", "float32", [2, 4, 6, 5]);
  let seed = 0;
  const weight = (...dims: number[]) => g.parameter(`w${seed++}`, normal(dims, seed, "float32"));
  const normalised = (y: string) =>
    g.op("BatchNormalization", [
      y,
      weight(4),
      weight(4),
      weight(4),
      g.parameter(`v${seed++}`, uniform([4], seed)),
    ]);
  const conv = (y: string, attributes = {}) =>
    g.op("Conv", [y, weight(4, 4 / group, 3, 3)], { group, pads: [1, 1, 1, 1], ...attributes });
  const map = g.op("Relu", [normalised(conv(x, { strides: [2, 1] }))]);
  const y = normalised(conv(map));
  const cotangent = g.input("seed", "float32", [...(classes === 1 ? [] : [classes]), ...g.dims(y)]);
  return g.finish([g.op("Neg", [gradient(g, { of: y, wrt: [x], seed: cotangent, classes })[0]!])]);
}

test.each([
  [1, 1],
  [3, 1],
  [1, 2],
  [3, 4],
])(
  "%i classes, %i groups: scaled channels go into the kernels of the backward pass",
  (classes, group) => {
    const graph = normalisedBackward(classes, group);
    const simple = simplify(graph);
    expectSameResults(graph, simple, 1e-5);
    const products = ({ nodes, types }: Graph) =>
      nodes.filter(
        ({ op, outputs }) =>
          op === "Mul" && types.get(outputs[0]!)!.dims.slice(-2).join() === "3,5",
      );
    expect(products(graph)).toHaveLength(2);
    expect(products(simple)).toHaveLength(0);
    expect(simple.nodes.filter(({ op }) => op === "ConvInputGrad")).toHaveLength(2);
  },
);

test("factors that are made of parameters in a file go into the kernels too", () => {
  const g = new Builder();
  const x = g.input("x", "float32", ["N", 4, 5, 5]);
  const scale: Parameter = {
    type: "float32",
    dims: [4],
    location: { file: "/nowhere", offset: 0, length: 16 },
  };
  const bounded = g.op("Clip", [
    g.parameter("scale", scale),
    "",
    g.constant(tensor("float32", [6], [])),
  ]);
  const product = g.op("Mul", [x, g.reshape(bounded, [4, 1, 1])]);
  const kernels = g.parameter("kernels", normal([4, 3, 1, 1], 3, "float32"));
  const dx = g.op("ConvInputGrad", [product, kernels], { shape: [5, 5] });
  const { nodes } = simplify(g.finish([g.op("Neg", [dx])]));
  const [convolution] = nodes.filter(({ op }) => op === "ConvInputGrad");
  expect(convolution!.inputs[0]).toBe("x");
});

test.each([1, 3])(
  "%i classes: behind Concat every part of the input gradient is convolved by itself",
  (classes) => {
    const g = new Builder();
    const parts = [4, 2].map((channels, i) => g.input(`part${i}`, "float32", [2, channels, 5, 5]));
    const kernels = g.parameter("kernels", normal([3, 6, 3, 3], 5, "float32"));
    const y = g.op("Conv", [g.op("Concat", parts, { axis: 1 }), kernels], { pads: [1, 1, 1, 1] });
    const seed = g.input("seed", "float32", [...(classes === 1 ? [] : [classes]), ...g.dims(y)]);
    const gradients = gradient(g, { of: y, wrt: parts, seed, classes });
    const graph = g.finish(gradients.map((name) => g.op("Neg", [name!])));
    const simple = simplify(graph);
    expectSameResults(graph, simple, 1e-5);
    const count = ({ nodes }: Graph) => nodes.filter(({ op }) => op === "ConvInputGrad").length;
    expect(count(graph)).toBe(1);
    // With a class axis the parts are taken of what has been unfolded again.
    expect(count(simple)).toBe(classes === 1 ? 2 : 1);
  },
);

test.each([1, -3])("a part of a Concat of channels is that part, the axis being %i", (axis) => {
  const build: Build = (g, x) => {
    const both = g.op("Concat", [x, g.op("Exp", [x])], { axis });
    return g.op("Neg", [g.op("Slice", [both, g.ints([3]), g.ints([6]), g.ints([axis])])]);
  };
  expect(remaining([2, 3, 4, 4], build)).toEqual(["Exp", "Neg"]);
});

test.each([1, 3])(
  "%i classes: behind pooled Relus, joined or not, the maxima say what goes through",
  (classes) => {
    for (const parts of [1, 2]) {
      const g = new Builder();
      const xs = Array.from({ length: parts }, (_, i) => g.input(`x${i}`, "float32", [2, 3, 6, 5]));
      const maps = xs.map((x) => g.op("Relu", [x]));
      const map = parts === 1 ? maps[0]! : g.op("Concat", maps, { axis: 1 });
      const y = g.op("MaxPool", [map], { kernel_shape: [3, 3], strides: [2, 2] });
      const seed = g.input("seed", "float32", [...(classes === 1 ? [] : [classes]), ...g.dims(y)]);
      const gradients = gradient(g, { of: y, wrt: xs, seed, classes });
      const graph = g.finish(gradients.map((name) => g.op("Neg", [name!])));
      const simple = simplify(graph);
      expectSameResults(graph, simple, 1e-5);
      const count = (op: string) => simple.nodes.filter((node) => node.op === op).length;
      if (parts === 1 || classes === 1) expect(count("ClipGrad")).toBe(0);
      expect(count("MaxPoolGrad")).toBe(classes === 1 ? parts : 1);
    }
  },
);

test.each([1, 3])("%i classes: factors that broadcast stay out of the kernels", (classes) => {
  const g = new Builder();
  const x = g.input("x", "float32", [2, 3, 8, 8]);
  const weight = (name: string, dims: number[]) => g.parameter(name, normal(dims, 5, "float32"));
  const conv = g.op("Conv", [x, weight("kernels", [4, 3, 3, 3])], { pads: [1, 1, 1, 1] });
  const statistics = ["scale", "bias", "mean"].map((name) => weight(name, [4]));
  const variance = g.parameter("variance", uniform([4], 6));
  const map = g.op("BatchNormalization", [conv, ...statistics, variance]);
  const y = g.op("ReduceMean", [map, g.ints([1])]);
  const seed = g.input("seed", "float32", [...(classes === 1 ? [] : [classes]), ...g.dims(y)]);
  const graph = g.finish([gradient(g, { of: y, wrt: [x], seed, classes })[0]!]);
  expectSameResults(graph, simplify(graph), 1e-5);
});
