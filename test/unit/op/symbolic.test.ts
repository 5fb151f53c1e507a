import { describe, expect, test } from "vitest";
import { Builder } from "../../../src/explain/graph/builder";
import { printDims } from "../../../src/explain/graph/dim";
import type { Attributes, Dim } from "../../../src/explain/graph/graph";
import { scalar, tensor } from "../../../src/explain/tensor";

const int64Max = 2 ** 63;

/** A float value of a shape such as "N,3,224,224", or integers that are known before running: a list or a scalar. */
type Input = string | readonly number[] | number;
type Row = readonly [
  op: string,
  inputs: readonly Input[],
  expected: string,
  attributes?: Attributes,
];

const dimsOf = (text: string): Dim[] =>
  text.split(",").map((size) => (/^\d+$/.test(size) ? Number(size) : size));

/** Adds one node and returns the shape of its first output, which is called “y”. */
function shapeAfter([op, inputs, , attributes = {}]: Row): string {
  const g = new Builder("test");
  const names = inputs.map((input, i) => {
    if (typeof input === "string") return g.input(`x${i}`, "float32", dimsOf(input));
    return typeof input === "number" ? g.constant(scalar("int64", input)) : g.ints(input);
  });
  g.append({ op, name: "node", inputs: names, outputs: ["y"], attributes });
  return g.dims("y").join();
}

const titleOf = ([op, inputs, expected]: Row) => `${op} ${JSON.stringify(inputs)} → ${expected}`;

describe("shapes keep the names of sizes", () => {
  const rows: readonly Row[] = [
    ["Reshape", ["N,512,7,7", [-1, 25088]], "N,25088"],
    ["Reshape", ["N,512,7,7", [0, -1]], "N,25088"],
    ["Reshape", ["5*N,8,3", [5, -1, 8, 3]], "5,N,8,3"],
    ["Reshape", ["5,N,8,3", [-1, 8, 3]], "5*N,8,3"],
    ["Reshape", ["N,H,W", [0, -1]], "N,H*W"],
    ["Flatten", ["N,512,7,7"], "N,25088"],
    ["Flatten", ["N,4,5"], "4*N,5", { axis: 2 }],
    ["Flatten", ["N,4,5"], "1,20*N", { axis: 0 }],
    ["Squeeze", ["N,8,1,1", [2, 3]], "N,8"],
    ["Squeeze", ["N,1,8"], "N,8"],
    ["Unsqueeze", ["N,8", [1, -1]], "N,1,8,1"],
    ["Transpose", ["N,3,8,9"], "N,8,9,3", { perm: [0, 2, 3, 1] }],
    ["Concat", ["N,3", "N,4"], "N,7", { axis: 1 }],
    ["Concat", ["N,3", "2,3"], "2,6", { axis: -1 }],
    ["Split", ["N,6", [6]], "N,6", { axis: 1 }],
    ["Slice", ["N,9", [1], [int64Max], [1], [2]], "N,4"],
    ["Slice", ["N,9", [0], [int64Max], [0]], "N,9"],
    ["Gather", ["N,9,5", 0], "N,5", { axis: 1 }],
    ["Gather", ["N,9", [3, 1]], "N,2", { axis: -1 }],
    ["Expand", ["N,1,5", [1, 4, 1]], "N,4,5"],
    ["Tile", ["N,4", [3, 2]], "3*N,8"],
    ["Pad", ["N,3,5", [0, 0, 1, 0, 0, -2]], "N,3,4"],
    ["ReduceMean", ["N,3,H,W", [2, 3]], "N,3,1,1"],
    ["ReduceSum", ["N,3,5", [1]], "N,5", { keepdims: 0 }],
    ["ArgMax", ["N,10"], "N", { axis: 1, keepdims: 0 }],
    ["TopK", ["N,10", [3]], "N,3"],
    ["Add", ["N,3,5", "3,1"], "N,3,5"],
    ["Greater", ["N,1", "1,4"], "N,4"],
  ];
  for (const row of rows) {
    test(titleOf(row), () => expect(shapeAfter(row)).toBe(row[2]));
  }
});

describe("a size that cannot be told takes a name of its own", () => {
  const rows: readonly Row[] = [
    ["Reshape", ["N,3", [2, -1]], "2,y[1]"],
    ["Concat", ["N,3", "N,3"], "y[0],3", { axis: 0 }],
    ["Split", ["N,6"], "y[0],6", { num_outputs: 2 }],
    ["Slice", ["N,9", [1], [3], [0]], "y[0],9"],
    ["Pad", ["N,3", [1, 0, 0, 0]], "y[0],3"],
  ];
  for (const row of rows) {
    test(titleOf(row), () => expect(shapeAfter(row)).toBe(row[2]));
  }
});

describe("shapes that do not fit are refused with the node, the shapes and the reason", () => {
  const rows: readonly Row[] = [
    ["Reshape", ["2,3", [4, 2]], "“node”: cannot reshape [2,3] to [4,2]"],
    ["Reshape", ["2,3", [4, -1]], "“node”: cannot reshape [2,3] to [4,-1]"],
    ["Reshape", ["2,3", [2, 3, 0]], "“node”: cannot reshape [2,3] to [2,3,0]"],
    ["Squeeze", ["2,3", [0]], "“node”: cannot squeeze axis 0 of [2,3]"],
    ["Transpose", ["2,3"], "“node”: has perm [0,0] where the rank is 2", { perm: [0, 0] }],
    ["Concat", ["2,3", "2,4"], "“node”: cannot join [2,3], [2,4] along axis 0", { axis: 0 }],
    ["Split", ["2,3", [1, 3]], "“node”: cannot split 2 into [1,3]"],
    ["Expand", ["2,3", [4, 3]], "“node”: cannot expand [2,3] to [4,3]"],
    ["Softmax", ["2,3"], "“node”: Softmax has axis 2 where the rank is 2", { axis: 2 }],
    ["Mul", ["2,3", "2,4"], "“node”: shapes [2,3] and [2,4] do not broadcast"],
    ["ReduceSum", ["2,3", [-3]], "“node”: ReduceSum has axis -3 where the rank is 2"],
  ];
  for (const row of rows) {
    test(titleOf(row), () => expect(() => shapeAfter(row)).toThrow(row[2]));
  }

  test("Dropout in training mode", () => {
    const g = new Builder("test");
    const x = g.input("x", "float32", ["N", 3]);
    const training = g.constant(tensor("bool", [1], []));
    expect(() => g.op("Dropout", [x, "", training])).toThrow("export the model in evaluation mode");
  });
});

describe("shape arithmetic follows names", () => {
  const start = () => {
    const g = new Builder("test");
    const image = g.input("image", "float32", ["N", 512, 7, 7]);
    return { g, image, shape: g.op("Shape", [image]) };
  };

  test("Shape, and a part of it", () => {
    const { g, image, shape } = start();
    expect(g.known(shape)).toEqual(["N", 512, 7, 7]);
    expect(g.known(g.op("Shape", [image], { start: -2 }))).toEqual([7, 7]);
    expect(g.known(g.op("Size", [image]))).toEqual(["25088*N"]);
  });

  test("Split into its sizes, as converters write tf.unstack(tf.shape(x))", () => {
    const { g, shape } = start();
    const sizes = g.ops("Split", [shape, g.ints([1, 1, 2])], 3);
    expect(sizes.map((size) => g.known(size))).toEqual([["N"], [512], [7, 7]]);
    const halves = g.ops("Split", [shape], 2, { num_outputs: 2 });
    expect(halves.map((half) => g.known(half))).toEqual([
      ["N", 512],
      [7, 7],
    ]);
  });

  test("x.view(x.size(0), -1), as exporters write it with a dynamic batch", () => {
    const { g, image, shape } = start();
    const batch = g.op("Gather", [shape, g.constant(scalar("int64", 0))]);
    const parts = [g.op("Unsqueeze", [batch, g.ints([0])]), g.ints([-1])];
    const target = g.op("Concat", parts, { axis: 0 });
    expect(g.dims(g.op("Reshape", [image, target]))).toEqual(["N", 25088]);
  });

  test("channel shuffle: sizes divided, multiplied and joined", () => {
    const { g, image, shape } = start();
    const channels = g.op("Slice", [shape, g.ints([1]), g.ints([2]), g.ints([0])]);
    const groups = g.op("Div", [channels, g.ints([2])]);
    const batch = g.op(
      "Cast",
      [g.op("Identity", [g.op("Slice", [shape, g.ints([0]), g.ints([1])])])],
      { to: "int64" },
    );
    const rest = g.op("Slice", [shape, g.ints([2]), g.ints([int64Max])]);
    const target = g.op("Concat", [batch, g.ints([2]), groups, rest], { axis: 0 });
    const y = g.op("Transpose", [g.op("Reshape", [image, target])], { perm: [0, 2, 1, 3, 4] });
    expect(g.dims(y)).toEqual(["N", 256, 2, 7, 7]);
    expect(g.dims(g.op("Reshape", [y, shape]))).toEqual(["N", 512, 7, 7]);
  });

  test("attention heads: the batch times the heads, and back", () => {
    const { g, shape } = start();
    const batch = g.op("Squeeze", [g.op("Slice", [shape, g.ints([0]), g.ints([1])]), g.ints([0])]);
    const twelve = g.constant(scalar("int64", 12));
    const merged = g.op("Mul", [batch, twelve]);
    expect(g.known(merged)).toEqual(["12*N"]);
    expect(g.known(g.op("Div", [merged, twelve]))).toEqual(["N"]);
    expect(g.known(g.op("Div", [merged, g.constant(scalar("int64", 5))]))).toBeUndefined();
    expect(g.known(g.op("Sub", [merged, merged]))).toEqual([0]);
    expect(g.known(g.op("Add", [merged, g.constant(scalar("int64", 0))]))).toEqual(["12*N"]);
    expect(g.known(g.op("ReduceProd", [shape]))).toEqual(["25088*N"]);
  });

  test("x.expand(size, -1, …): a size, or the old one where it is −1", () => {
    const { g, shape } = start();
    const token = g.parameter("token", tensor("float32", [1, 2, 3], [1, 1, 3]));
    const batch = g.op("Slice", [shape, g.ints([0]), g.ints([1])]);
    const wanted = g.op("Concat", [batch, g.ints([-1, -1])], { axis: 0 });
    const ones = g.op("ConstantOfShape", [g.ints([3])], { value: tensor("int64", [1]) });
    const minusOnes = g.op("Mul", [ones, g.ints([-1])]);
    const target = g.op("Where", [g.op("Equal", [wanted, minusOnes]), ones, wanted]);
    expect(g.known(target)).toEqual(["N", 1, 1]);
    expect(printDims(g.dims(g.op("Expand", [token, target])))).toBe("[N,1,3]");
  });

  test("comparisons know that a size is not negative", () => {
    const { g, shape } = start();
    const batch = g.op("Gather", [shape, g.constant(scalar("int64", 0))]);
    const compared = (op: string, other: number) =>
      g.known(g.op(op, [batch, g.constant(scalar("int64", other))]));
    expect(compared("Greater", -1)).toEqual([1]);
    expect(compared("GreaterOrEqual", 0)).toEqual([1]);
    expect(compared("Less", 0)).toEqual([0]);
    expect(compared("LessOrEqual", -1)).toEqual([0]);
    expect(compared("Greater", 0)).toBeUndefined();
    expect(compared("Less", 7)).toBeUndefined();
    expect(g.known(g.op("Less", [batch, batch]))).toBeUndefined();
  });

  test("what is no list of sizes is not followed", () => {
    const { g, shape } = start();
    const column = g.op("Unsqueeze", [shape, g.ints([1])]);
    const table = g.op("Concat", [column, column], { axis: 1 });
    expect(g.known(table)).toBeUndefined();
    expect(g.known(g.op("Mul", [column, shape]))).toBeUndefined();
    expect(g.known(g.op("Cast", [shape], { to: "bool" }))).toBeUndefined();
  });

  test("Range and OneHot take a named size", () => {
    const { g, shape } = start();
    const batch = g.op("Gather", [shape, g.constant(scalar("int64", 0))]);
    const [zero, one] = [0, 1].map((value) => g.constant(scalar("int64", value)));
    expect(g.dims(g.op("Range", [zero!, batch, one!]))).toEqual(["N"]);
    const values = g.constant(tensor("float32", [0, 1]));
    expect(g.dims(g.op("OneHot", [g.ints([3, 4]), batch, values]))).toEqual([2, "N"]);
  });
});
