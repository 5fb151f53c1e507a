import { expect, test } from "vitest";
import { SightlineError } from "../../../src/explain/error";
import { operators } from "../../../src/explain/op/index";
import { signatures } from "../../../src/explain/format/onnx/signatures";
import { rewritten } from "../../../src/explain/format/onnx/upgrade/index";
import { scalar, tensor, zeros, type Tensor } from "../../../src/explain/tensor";
import { readModel, type ModelText, type NodeText } from "../../helper/onnxModel";

type Attributes = NodeText["attributes"];
const constants: Record<string, Tensor> = {
  filters: zeros("float32", [4, 3, 3, 3]),
  ints: tensor("int64", [0, 1]),
  places: tensor("int64", [1, 7]),
  big: zeros("int64", [1, 3, 9, 9]),
  four: scalar("int64", 4),
  yes: tensor("bool", [1], []),
  w: zeros("float32", [3]),
  col: zeros("float32", [1, 4, 4]),
  block: tensor("int64", [0, 2]),
};

/** A model of the one node `bad`, which reads the image `x` [1,3,9,9] and constants. */
const one = (op: string, inputs: string[], attributes: Attributes = {}): ModelText =>
  model([{ op, inputs, outputs: ["y"], attributes, name: "bad" }]);
const model = (nodes: NodeText[], more: Partial<ModelText> = {}): ModelText => ({
  ...{ opset: 18, inputs: { x: [1, 3, 9, 9] }, nodes, constants },
  ...more,
});
const conv = (attributes: Attributes) => one("Conv", ["x", "filters"], attributes);
const pool = (attributes: Attributes) =>
  one("MaxPool", ["x"], { kernel_shape: [2, 2], ...attributes });
const resize = (attributes: Attributes) => one("Resize", ["x", "", "", "big"], attributes);

const rows: readonly (readonly [ModelText, RegExp])[] = [
  // inputs and outputs
  [one("Mean", []), /operator Mean \(node “bad”\) has no input number 1, which it needs; correct/],
  [one("Sum", [""]), /Sum .* has no input number 1/],
  [one("Max", []), /Max .* has no input number 1/],
  [one("Concat", [], { axis: 0 }), /Concat .* has no input number 1/],
  [one("Conv", ["x"]), /Conv .* has no input number 2, which it needs/],
  [one("Gather", ["", "ints"]), /Gather .* has no input number 1/],
  [one("Relu", ["x", "x"]), /Relu .* has 2 inputs, but takes no more than 1/],
  [model([{ op: "Relu", inputs: ["x"], outputs: ["y", "z"] }]), /has 2 outputs, but makes no more/],
  [model([{ op: "Relu", inputs: ["x"], outputs: [] }]), /Relu .* has no output; export/],
  [one("If", [""], {}), /If .* has no condition|lacks its attribute/],
  [one("Loop", ["four", "yes"]), /Loop .* lacks its attribute body/],
  // attributes that are missing, of another kind or out of range
  [one("MaxUnpool", ["x", "big"]), /MaxUnpool .* lacks its attribute kernel_shape/],
  [one("MaxPool", ["x"]), /MaxPool .* lacks its attribute kernel_shape/],
  [one("Concat", ["x", "x"]), /Concat .* lacks its attribute axis/],
  [
    conv({ strides: [0, 1] }),
    /has the strides \[0,1\], which must be a list of whole numbers from 1/,
  ],
  [conv({ strides: 2 }), /has the strides 2, which must be a list/],
  [conv({ dilations: [1, -1] }), /has the dilations \[1,-1\], which must be/],
  [conv({ group: 0 }), /has the group 0, which must be a whole number from 1 on/],
  [pool({ kernel_shape: [-2, 2] }), /has the kernel_shape \[-2,2\], which must be/],
  [pool({ ceil_mode: { float: 0.5 } }), /has the ceil_mode 0\.5, which must be a whole number/],
  [one("Softmax", ["x"], { axis: 9 }), /Softmax has axis 9 where the rank is 4/],
  [one("Flatten", ["x"], { axis: -12 }), /“bad”/],
  [one("Transpose", ["x"], { perm: [0, 1, 1, 3] }), /“bad”/],
  [one("LRN", ["x"], { size: 0 }), /has the size 0, which must be a whole number from 1 on/],
  [one("Celu", ["x"], { alpha: "a" }), /has the alpha “a”, which must be a number/],
  [one("Constant", []), /Constant .* holds nothing, which is not supported/],
  // attributes of which only some values are there
  [
    one("Pad", ["x", "big"], { mode: "foo" }),
    /has the mode “foo”, which must be “constant”, “reflect”, “edge” or “wrap”/,
  ],
  [
    one("ScatterElements", ["x", "big", "x"], { reduction: "foo" }),
    /has the reduction “foo”, which must be “none”, “add”, “mul”, “max” or “min”/,
  ],
  [conv({ auto_pad: "SAME" }), /has the auto_pad “SAME”, which must be “NOTSET”, /],
  [resize({ mode: "area" }), /has the mode “area”, which must be “nearest”, “linear” or “cubic”/],
  [
    resize({ coordinate_transformation_mode: "half" }),
    /coordinate_transformation_mode “half”, which must be “asymmetric”, /,
  ],
  [resize({ nearest_mode: "up" }), /has the nearest_mode “up”, which must be /],
  [
    one("GridSample", ["x", "x"], { padding_mode: "foo" }),
    /padding_mode “foo”, which must be “zeros”, “border” or “reflection”/,
  ],
  [
    one("Gelu", ["x"], { approximate: "sigmoid" }),
    /approximate “sigmoid”, which must be “none” or “tanh”/,
  ],
  [
    one("BitShift", ["ints", "ints"], { direction: "UP" }),
    /direction “UP”, which must be “LEFT” or “RIGHT”/,
  ],
  [
    one("DepthToSpace", ["x"], { blocksize: 1, mode: "RCD" }),
    /mode “RCD”, which must be “DCR” or “CRD”/,
  ],
  // what would be too large
  [
    one("GroupNormalization", ["x", "w", "w"], { num_groups: 2 ** 31 }),
    /“bad”: has 2147483648 groups of 3 channels/,
  ],
  [one("Col2Im", ["col", "ints", "block"]), /Col2Im .* has blocks of \[0,2\] in columns of 4/],
  // values
  [one("Gather", ["ints", "places"]), /“bad”: Gather names place 7 of an axis of 2/],
  [
    one("GatherElements", ["ints", "places"]),
    /“bad”: GatherElements names place 7 of an axis of 2/,
  ],
];

test.each(rows.map(([text, message]) => ({ text, message })))(
  "$message",
  async ({ text, message }) => {
    const error: unknown = await readModel(text).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    expect(error).toBeInstanceOf(SightlineError);
    expect((error as SightlineError).message).toMatch(message);
    expect((error as SightlineError).message).toMatch(/^\/.*model\.onnx: .*; .*\.$/);
  },
);

test("no padding of its own may be an empty text, as runtimes take it", async () => {
  const graph = await readModel(conv({ auto_pad: "" }));
  expect(graph.types.get("y")!.dims).toEqual([1, 4, 7, 7]);
});

test("every operator of ONNX that is read has a signature", () => {
  const own = [...operators.values()].filter((op) => !op.private).map(({ name }) => name);
  const standard = rewritten.filter((name) => !name.includes("."));
  const missing = [...own, ...standard].filter((name) => !(name in signatures));
  expect(missing).toEqual([]);
});
