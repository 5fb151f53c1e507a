import { describe, expect, test } from "vitest";
import { Builder } from "../../../src/explain/graph/builder";
import type { Dim, Graph, Parameter } from "../../../src/explain/graph/graph";
import { simplify } from "../../../src/explain/graph/simplify";
import { verify } from "../../../src/explain/graph/verify";
import { gradient } from "../../../src/explain/gradient";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor } from "../../../src/explain/tensor";
import { expectSameResults, feedsFor, floats, graphOf, operatorsOf } from "../../helper/graph";
import { normal, uniform } from "../../helper/random";

type Build = (g: Builder, x: string) => string | string[];

/** Simplifies and checks that the numbers stay; returns the operators that remain. */
function remaining(dims: readonly Dim[], build: Build): string[] {
  const graph = graphOf(dims, build);
  const simple = simplify(graph);
  expectSameResults(graph, simple);
  return operatorsOf(simple);
}

/** What is done to x, [2,3,4] unless given, before a Relu; all that remains is that Relu. */
const removed: readonly [string, Build, Dim[]?][] = [
  ["Identity", (g, x) => g.op("Identity", [x])],
  ["Dropout", (g, x) => g.op("Dropout", [x])],
  ["Cast to the same type", (g, x) => g.op("Cast", [x], { to: "float32" })],
  ["Reshape to the same shape", (g, x) => g.op("Reshape", [x, g.ints([2, -1, 4])])],
  ["Reshape there and back", (g, x) => g.reshape(g.reshape(x, [24]), [2, 3, 4])],
  [
    "Unsqueeze and Flatten back",
    (g, x) => g.op("Flatten", [g.op("Unsqueeze", [x, g.ints([1])])]),
    ["N", 5],
  ],
  ["Expand to the same shape", (g, x) => g.op("Expand", [x, g.ints([1, 1, 4])])],
  ["Tile once", (g, x) => g.op("Tile", [x, g.ints([1, 1, 1])])],
  ["Pad by nothing", (g, x) => g.op("Pad", [x, g.ints([0, 0, 0, 0, 0, 0])])],
  [
    "Slice of everything",
    (g, x) => g.op("Slice", [x, g.ints([0]), g.ints([2 ** 31]), g.ints([1])]),
  ],
  ["Concat of one", (g, x) => g.op("Concat", [x], { axis: 1 })],
  ["Transpose in order", (g, x) => g.op("Transpose", [x], { perm: [0, 1, 2] })],
  [
    "Transposes that cancel",
    (g, x) => g.op("Transpose", [g.op("Transpose", [x], { perm: [2, 0, 1] })], { perm: [1, 2, 0] }),
  ],
  ["Mul by 1", (g, x) => g.op("Mul", [floats(g, [1]), x])],
  ["Div by ones", (g, x) => g.op("Div", [x, floats(g, [1, 1, 1, 1])])],
  ["Add of 0", (g, x) => g.op("Add", [x, g.scalar(0, x)])],
  ["Sub of 0", (g, x) => g.op("Sub", [x, g.scalar(0, x)])],
  ["sum over axes of size 1", (g, x) => g.op("ReduceSum", [x, g.ints([2, 3])]), ["N", 3, 1, 1]],
  ["pooling of 1×1", (g, x) => g.op("AveragePool", [x], { kernel_shape: [1, 1] }), ["N", 3, 2, 2]],
  [
    "a chain of them",
    (g, x) => g.op("Identity", [g.op("Mul", [g.op("Identity", [x]), floats(g, [1])])]),
  ],
];

describe("removes", () => {
  test.each(removed)("%s", (_, build, dims = [2, 3, 4]) => {
    expect(remaining(dims, (g, x) => g.op("Relu", [[build(g, x)].flat()[0]!]))).toEqual(["Relu"]);
  });
});

/** What looks removable and is not. */
const kept: readonly [string, Build, Dim[]?][] = [
  [
    "Slice backwards",
    (g, x) => g.op("Slice", [x, g.ints([-1]), g.ints([-9]), g.ints([0]), g.ints([-1])]),
  ],
  ["Pad that shifts", (g, x) => g.op("Pad", [x, g.ints([1, 0, 0, -1, 0, 0])])],
  ["Sub from 0", (g, x) => g.op("Sub", [g.scalar(0, x), x])],
  ["Div of 1", (g, x) => g.op("Div", [g.scalar(1, x), x])],
  [
    "Mul by ones that broadcasts",
    (g, x) => g.op("Mul", [x, floats(g, Array(8).fill(1), [2, 1, 1, 4])]),
  ],
  ["Add of zeros and a one", (g, x) => g.op("Add", [x, floats(g, [0, 1, 0, 0])])],
  ["Cast to another type", (g, x) => g.op("Cast", [x], { to: "int32" })],
  ["Transpose of equal sizes", (g, x) => g.op("Transpose", [x], { perm: [1, 0] }), [3, 3]],
  [
    "pooling with a stride",
    (g, x) => g.op("MaxPool", [x], { kernel_shape: [1, 1], strides: [2, 2] }),
    [1, 1, 4, 4],
  ],
];

describe("keeps", () => {
  test.each(kept)("%s", (_, build, dims = [2, 3, 4]) => {
    expect(remaining(dims, build)).toHaveLength(1);
  });
});

describe("folds", () => {
  test("shape arithmetic on known sizes", () => {
    const build: Build = (g, x) => {
      const rows = g.op("Slice", [g.op("Shape", [x]), g.ints([1]), g.ints([2])]);
      return g.op("Reshape", [
        g.op("Relu", [x]),
        g.op("Concat", [g.ints([-1]), rows], { axis: 0 }),
      ]);
    };
    expect(remaining(["N", 3, 4], build)).toEqual(["Relu", "Reshape"]);
  });

  test("the sizes that a Split tells, beside one that is open", () => {
    const build: Build = (g, x) => {
      const sizes = g.ops("Split", [g.op("Shape", [x])], 3, { num_outputs: 3 });
      const target = g.op("Concat", [sizes[1]!, g.ints([-1])], { axis: 0 });
      return g.op("Reshape", [g.op("Relu", [x]), target]);
    };
    expect(remaining(["N", 3, 4], build)).toEqual(["Relu", "Reshape"]);
  });

  test("operators on constants, not on open sizes", () => {
    const build: Build = (g, x) => [
      g.op("Add", [x, g.op("Exp", [g.op("Neg", [floats(g, [1, 2, 3])])])]),
      g.op("Shape", [x]),
    ];
    expect(remaining(["N", 3], build)).toEqual(["Add", "Shape"]);
  });

  test("nothing larger than 1 MB", () => {
    const build: Build = (g, x) =>
      g.op("MatMul", [x, g.op("Expand", [floats(g, [2]), g.ints([600, 600])])]);
    expect(remaining([1, 600], build)).toEqual(["Expand", "MatMul"]);
  });

  test("no parameter that lies in a file", () => {
    const located: Parameter = {
      type: "float32",
      dims: [2, 3],
      location: { file: "/nowhere", offset: 0, length: 24 },
    };
    const graph = graphOf(["N", 3], (g, x) => {
      const weights = g.parameter("weights", located);
      return g.op("MatMul", [x, g.op("Transpose", [weights], { perm: [1, 0] })]);
    });
    const simple = verify(simplify(graph));
    expect(operatorsOf(simple)).toEqual(["Transpose", "MatMul"]);
    expect(simple.parameters.get("weights")).toEqual(located);
  });
});

describe("merges", () => {
  test("equal nodes, also through their inputs", () => {
    const mask = (g: Builder, x: string) =>
      g.op("Cast", [g.op("Greater", [x, g.scalar(0, x)])], { to: "float32" });
    const build: Build = (g, x) => g.op("Add", [mask(g, x), mask(g, x)]);
    expect(remaining(["N", 3], build)).toEqual(["Greater", "Cast", "Add"]);
  });

  test("nodes with several outputs", () => {
    const build: Build = (g, x) => {
      const a = g.ops("Split", [x], 2, { axis: 1, num_outputs: 2 });
      const b = g.ops("Split", [x], 2, { axis: 1, num_outputs: 2 });
      return g.op("Sub", [a[1]!, b[0]!]);
    };
    expect(remaining(["N", 4], build)).toEqual(["Split", "Sub"]);
  });

  /** Both values side by side, after simplifying; every number is compared by itself, ±0 and NaN included. */
  function keptApart(build: Build): string[] {
    const graph = graphOf([2, 3], build);
    const simple = simplify(graph);
    expect(evaluate(simple, feedsFor(graph))).toEqual(evaluate(graph, feedsFor(graph)));
    return operatorsOf(simple);
  }

  test.each([
    ["∞ and −∞", Infinity, -Infinity],
    ["∞ and NaN", Infinity, NaN],
    ["0 and −0", 0, -0],
  ])("not nodes whose attributes hold %s", (_, one, other) => {
    const filled = (g: Builder, x: string, value: number) =>
      g.op("ConstantOfShape", [x], { value: tensor("float32", [value]) });
    const build: Build = (g, x) => {
      // All sizes are 1, which is known only when it runs.
      const ones = g.op("Ceil", [g.op("Sigmoid", [x])]);
      const sizes = g.reshape(g.op("Cast", [ones], { to: "int64" }), [6]);
      return g.op("Concat", [filled(g, sizes, one), filled(g, sizes, other)], { axis: 0 });
    };
    expect(keptApart(build).filter((op) => op === "ConstantOfShape")).toHaveLength(2);
  });

  test("not the constants 0 and −0", () => {
    const build: Build = (g, x) =>
      g.op("Concat", [g.op("Div", [x, g.scalar(0, x)]), g.op("Div", [x, g.scalar(-0, x)])], {
        axis: 0,
      });
    expect(keptApart(build)).toEqual(["Div", "Div", "Concat"]);
  });

  test("not nodes whose attributes differ", () => {
    const build: Build = (g, x) =>
      g.op("Add", [g.op("LeakyRelu", [x], { alpha: 0.1 }), g.op("LeakyRelu", [x], { alpha: 0.2 })]);
    expect(remaining(["N", 3], build)).toEqual(["LeakyRelu", "LeakyRelu", "Add"]);
  });
});

/** Averages over some axes of what was expanded to some shape; what remains before the Relu. */
function averaged(from: Dim[], to: number[], merged: number[], axes: number[]): string[] {
  return remaining(from, (g, x) => {
    const spread = g.op("Expand", [g.op("Exp", [x]), g.ints(to)]);
    const mean = g.op("ReduceMean", [g.op("Reshape", [spread, g.ints(merged)]), g.ints(axes)], {
      keepdims: 0,
    });
    return g.op("Relu", [mean]);
  });
}

test("the mean over copies is what was copied", () => {
  expect(averaged(["N", 3, 1, 1], [1, 3, 4, 5], [-1, 3, 20], [-1])).toEqual([
    "Exp",
    "Reshape",
    "Relu",
  ]);
  expect(averaged([2, 3, 1, 1], [2, 3, 4, 5], [2, 3, 4, 5], [3, 2])).toEqual([
    "Exp",
    "Reshape",
    "Relu",
  ]);
  expect(averaged([2, 3, 1, 1], [1, 3, 4, 5], [6, 20], [1])).toEqual(["Exp", "Reshape", "Relu"]);
});

test("the mean over what was not copied stays", () => {
  const all = ["Exp", "Expand", "Reshape", "ReduceMean", "Relu"];
  expect(averaged([2, 3, 1, 1], [2, 3, 4, 5], [2, 60], [1])).toEqual(all);
  expect(averaged([2, 3, 1, 4], [2, 3, 5, 4], [2, 3, 20], [2])).toEqual(all);
  expect(averaged([1, 3, 1], [3, 3, 3], [3, 9], [0])).toEqual(all);
  expect(averaged([3], [4, 3], [4, 3], [0])).toEqual(all.filter((op) => op !== "Reshape"));
});

test("an operand is not expanded for an elementwise operator", () => {
  const build: Build = (g, x) => {
    const mean = g.op("ReduceMean", [x, g.ints([2])]);
    return g.op("Relu", [g.op("Mul", [x, g.op("Expand", [mean, g.ints([1, 1, 4])])])]);
  };
  expect(remaining(["N", 3, 4], build)).toEqual(["ReduceMean", "Mul", "Relu"]);
});

test("an operand that gives the result its shape stays expanded", () => {
  const build: Build = (g, x) => {
    const wide = g.op("Expand", [g.op("Exp", [x]), g.ints([5, 3])]);
    return g.op("Relu", [g.op("Mul", [x, wide])]);
  };
  expect(remaining([1, 3], build)).toEqual(["Exp", "Expand", "Mul", "Relu"]);
});

test("Transposes that do not cancel become one", () => {
  const build: Build = (g, x) => {
    const first = g.op("Transpose", [x], { perm: [1, 2, 0] });
    return g.op("Relu", [g.op("Transpose", [first], { perm: [0, 2, 1] })]);
  };
  expect(remaining(["N", 3, 4], build)).toEqual(["Transpose", "Relu"]);
});

describe("outputs keep their names", () => {
  const named = (g: Builder, output: string, op: string, input: string) => {
    g.append({ op, name: output, inputs: [input], outputs: [output], attributes: {} });
    return output;
  };

  test("where their node changes nothing", () => {
    const build: Build = (g, x) => {
      const relu = named(g, "features", "Relu", x);
      return [named(g, "result", "Identity", relu), relu];
    };
    const graph = graphOf(["N", 3], build);
    expectSameResults(graph, simplify(graph));
    expect(simplify(graph).outputs).toEqual(["result", "features"]);
  });

  test("where two of them are equal, and where one is constant", () => {
    const build: Build = (g, x) => [
      named(g, "a", "Relu", x),
      named(g, "b", "Relu", x),
      named(g, "c", "Exp", floats(g, [1, 2])),
    ];
    const graph = graphOf(["N", 3], build);
    expectSameResults(graph, simplify(graph));
  });
});

test("names made before do not clash with names made now", () => {
  const graph = graphOf([2, 3, 4], (g, x) => {
    let y = x;
    for (let i = 0; i < 12; i++)
      y = g.op("Relu", [g.op("Transpose", [g.reshape(y, [2, 3, 4])], { perm: [0, 1, 2] })]);
    return g.op("Add", [y, floats(g, [1, 2, 3, 4])]);
  });
  expectSameResults(graph, simplify(graph));
});

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

test("a backward pass loses its repetitions and keeps its numbers", () => {
  const graph: Graph = graphOf([2, 3, 6, 6], (g, x) => {
    const conv = g.op("Conv", [x, g.parameter("w", normal([4, 3, 3, 3], 1, "float32"))], {
      pads: [1, 1, 1, 1],
    });
    const map = g.op("Clip", [conv, g.scalar(0, conv), g.scalar(6, conv)]);
    const pooled = g.op("Flatten", [g.op("GlobalAveragePool", [map])]);
    const logits = g.op("Gemm", [pooled, g.parameter("v", normal([5, 4], 2, "float32"))], {
      transB: 1,
    });
    const seed = g.constant(tensor("float32", [1, 0, 0, 0, 0, 0, 0, 1, 0, 0], [2, 5]));
    const first = gradient(g, { of: logits, wrt: [x], seed })[0]!;
    const again = gradient(g, { of: logits, wrt: [conv], seed })[0]!;
    return [first, again];
  });
  const simple = simplify(graph);
  expectSameResults(graph, simple, 1e-6);
  expect(simple.nodes.length).toBeLessThan(graph.nodes.length - 8);
});
