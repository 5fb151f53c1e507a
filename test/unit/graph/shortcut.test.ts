import { describe, expect, test } from "vitest";
import type { Dim } from "../../../src/explain/graph/graph";
import { floats } from "../../helper/graph";
import { remaining, type Build } from "../../helper/simplify";

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
    expect(remaining(dims, (g, x) => g.op("Neg", [[build(g, x)].flat()[0]!]))).toHaveLength(2);
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
