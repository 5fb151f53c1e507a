import { describe, expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import type { Builder } from "../../../src/explain/graph/builder";
import type { Graph, Parameter } from "../../../src/explain/graph/graph";
import { simplify } from "../../../src/explain/graph/simplify";
import { tensor } from "../../../src/explain/tensor";
import { expectSameResults, floats, graphOf, operatorsOf } from "../../helper/graph";
import { normal } from "../../helper/random";
import { exactlySimplified, remaining, type Build } from "../../helper/simplify";
import { verify } from "../../helper/verify";

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
      g.op("Cast", [g.op("Shape", [x])], { to: "float32" }),
    ];
    expect(remaining(["N", 3], build)).toEqual(["Add", "Shape", "Cast"]);
  });

  test("nothing larger than 1 MB", () => {
    const build: Build = (g, x) =>
      g.op("MatMul", [x, g.op("Expand", [floats(g, [2]), g.ints([600, 600])])]);
    expect(remaining([1, 600], build)).toEqual(["Expand", "MatMul"]);
  });

  test("nothing of a constant larger than 1 MB", () => {
    const build: Build = (g, x) => {
      const large = g.parameter("large", normal([600, 600], 2, "float32"));
      return g.op("Add", [x, g.op("ReduceMax", [large, g.ints([1])], { keepdims: 0 })]);
    };
    expect(remaining([1, 600], build)).toEqual(["ReduceMax", "Add"]);
  });

  test("no DequantizeLinear, so that a kernel on integers can be made of it", () => {
    const build: Build = (g, x) => {
      const weights = g.constant(tensor("int8", [1, -2, 3], [3, 1]));
      return g.op("MatMul", [x, g.op("DequantizeLinear", [weights, floats(g, [0.5], [])])]);
    };
    expect(remaining(["N", 3], build)).toEqual(["DequantizeLinear", "MatMul"]);
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

  test("equal changes of shape", () => {
    const flat = (g: Builder, x: string) => g.op("Reshape", [x, g.ints([-1])]);
    const build: Build = (g, x) => g.op("Mul", [flat(g, x), flat(g, x)]);
    expect(remaining(["N", 3], build)).toEqual(["Reshape", "Mul"]);
  });

  test("nodes with several outputs", () => {
    const build: Build = (g, x) => {
      const a = g.ops("Split", [x], 2, { axis: 1, num_outputs: 2 });
      const b = g.ops("Split", [x], 2, { axis: 1, num_outputs: 2 });
      return g.op("Sub", [a[1]!, b[0]!]);
    };
    expect(remaining(["N", 4], build)).toEqual(["Split", "Sub"]);
  });

  /** Both values side by side, after simplifying. */
  const keptApart = (build: Build) => operatorsOf(exactlySimplified(graphOf([2, 3], build)));

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

  test.each([
    ["", "second"],
    ["second", ""],
  ])("not nodes of which different outputs are made: %j and %j", (...outputs) => {
    const build: Build = (g, x) => {
      const one = {
        op: "Split",
        name: "one",
        inputs: [x],
        attributes: { axis: 0, num_outputs: 2 },
      };
      g.append({ ...one, outputs });
      const both = g.ops("Split", [x], 2, { axis: 0, num_outputs: 2 });
      return g.op("Concat", [g.op("Neg", ["second"]), ...both], { axis: 0 });
    };
    expect(keptApart(build)).toEqual(["Split", "Split", "Neg", "Concat"]);
  });

  test("not nodes whose attributes differ", () => {
    const build: Build = (g, x) =>
      g.op("Add", [g.op("LeakyRelu", [x], { alpha: 0.1 }), g.op("LeakyRelu", [x], { alpha: 0.2 })]);
    expect(remaining(["N", 3], build)).toEqual(["LeakyRelu", "LeakyRelu", "Add"]);
  });
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
