import { tensor } from "../../../../src/explain/tensor";
import { withoutGradient, type Row } from "../../../helper/operator";
import { normal } from "../../../helper/random";

const x = normal([2, 3, 4, 5], 1);
const ints = (...values: number[]) => tensor("int64", values);
const int64Max = 2 ** 63;

const layout: readonly Row[] = [
  { op: "Reshape", inputs: [x, ints(0, -1, 10)] },
  { op: "Flatten", inputs: [x], attributes: { axis: 2 } },
  { op: "Flatten", title: "axis 0", inputs: [x], attributes: { axis: 0 } },
  { op: "Flatten", title: "axis from the end", inputs: [x], attributes: { axis: -1 } },
  { op: "Squeeze", inputs: [normal([2, 1, 3, 1], 2), ints(-1)] },
  { op: "Squeeze", title: "no axes", inputs: [normal([2, 1, 3, 1], 2)] },
  { op: "Unsqueeze", inputs: [x, ints(-1, 1)] },
  { op: "Transpose", inputs: [x] },
  { op: "Transpose", title: "perm", inputs: [x], attributes: { perm: [2, 0, 3, 1] } },
  { op: "Expand", inputs: [normal([3, 1, 5], 3), ints(2, 1, 4, 1)] },
  { op: "Tile", inputs: [x, ints(1, 2, 1, 3)] },
  { op: "Tile", title: "once", inputs: [x, ints(1, 1, 1, 1)] },
];

const parts: readonly Row[] = [
  {
    op: "Concat",
    inputs: [x, normal([2, 1, 4, 5], 4), normal([2, 2, 4, 5], 5)],
    attributes: { axis: -3 },
  },
  { op: "Split", inputs: [x, ints(1, 2)], outputs: 2, attributes: { axis: 1 } },
  {
    op: "Split",
    title: "a shorter last part",
    inputs: [x],
    outputs: 3,
    attributes: { axis: -1, num_outputs: 3 },
  },
  { op: "Slice", inputs: [x, ints(1, 0), ints(3, int64Max), ints(-1, 1)] },
  { op: "Slice", title: "no axes", inputs: [x, ints(0, 1), ints(int64Max, -1)] },
  { op: "Slice", title: "steps", inputs: [x, ints(1, 3), ints(5, -9), ints(3, 2), ints(2, -1)] },
  {
    op: "Slice",
    title: "turned round",
    inputs: [x, ints(-1, -1), ints(-int64Max, -int64Max), ints(2, 3), ints(-1, -2)],
  },
  { op: "Slice", title: "nothing", inputs: [x, ints(3), ints(1), ints(3)] },
];

const picks: readonly Row[] = [
  { op: "Gather", inputs: [x, ints(2, 0, -1, 2)], attributes: { axis: 1 } },
  { op: "Gather", title: "one", inputs: [x, tensor("int64", [1], [])], attributes: { axis: -1 } },
  { op: "Gather", title: "different ones", inputs: [x, ints(2, -4, 1)], attributes: { axis: 2 } },
  {
    op: "Gather",
    title: "two axes of indices",
    inputs: [x, tensor("int64", [0, 1, 1, 2, 2, 2], [3, 2])],
    attributes: { axis: 2 },
  },
  {
    op: "GatherElements",
    inputs: [normal([3, 4], 6), tensor("int64", [0, -1, 0, 3, 3, 1], [2, 3])],
    attributes: { axis: 1 },
  },
  {
    op: "ScatterElements",
    inputs: [normal([3, 4], 7), tensor("int64", [0, -1, 3, 2], [2, 2]), normal([2, 2], 8)],
    attributes: { axis: 1 },
    fixedBatch: true,
  },
  {
    op: "ScatterElements",
    title: "added",
    inputs: [normal([3, 4], 7), tensor("int64", [0, 0, 2, 1], [2, 2]), normal([2, 2], 8)],
    attributes: { reduction: "add" },
    fixedBatch: true,
  },
  ...["mul", "max", "min"].map((reduction): Row => ({
    op: "ScatterElements",
    title: reduction,
    inputs: [normal([3, 4], 7), tensor("int64", [0, 0, 2, 1], [2, 2]), normal([2, 2], 8)],
    attributes: { reduction },
    differentiable: false,
  })),
];

const one = tensor("float64", [1.5], []);

const pads: readonly Row[] = [
  { op: "Pad", inputs: [x, ints(0, 0, 1, 2, 0, 1, 0, 3), one], fixed: [2] },
  { op: "Pad", title: "cut off", inputs: [x, ints(0, 0, -1, 2, 0, 0, 1, -1)] },
  { op: "Pad", title: "axes", inputs: [x, ints(1, 2, 3, 4), undefined, ints(-1, 1)] },
  { op: "Pad", title: "nothing", inputs: [x, ints(0, 0, 0, 0, 0, 0, 0, 0)] },
  ...["reflect", "edge", "wrap"].map((mode): Row => ({
    op: "Pad",
    title: mode,
    inputs: [x, ints(0, 0, 3, 2, 0, 1, 1, 4)],
    attributes: { mode },
  })),
];

const integers: readonly Row[] = withoutGradient([
  { op: "Shape", inputs: [x] },
  { op: "Shape", title: "a part", inputs: [x], attributes: { start: -3, end: -1 } },
  { op: "Size", inputs: [x] },
  { op: "ConstantOfShape", inputs: [ints(2, 3)] },
  {
    op: "ConstantOfShape",
    title: "integers",
    inputs: [ints(4)],
    attributes: { value: tensor("int64", [7]) },
  },
  { op: "Range", inputs: [3, 12, 4].map((v) => tensor("int64", [v], [])) },
  { op: "Range", title: "floats", inputs: [2, -1.1, -0.5].map((v) => tensor("float32", [v], [])) },
  { op: "OneHot", inputs: [ints(1, -1, 5, 0), ints(4), tensor("float32", [-1, 2])] },
  {
    op: "OneHot",
    title: "axis in front",
    inputs: [tensor("int64", [1, 0, 2, 1], [2, 2]), ints(3), tensor("float32", [0, 1])],
    attributes: { axis: 0 },
  },
  {
    op: "OneHot",
    title: "an axis from the end",
    inputs: [tensor("int64", [1, 0, -2, 1], [2, 2]), ints(3), tensor("float32", [0, 1])],
    attributes: { axis: -2 },
  },
  {
    op: "Reshape",
    title: "allowzero",
    inputs: [normal([0, 3], 1), ints(3, 0)],
    attributes: { allowzero: 1 },
  },
  { op: "Reshape", title: "integers", inputs: [ints(1, 2, 3, 4), ints(2, 2)] },
  { op: "Concat", title: "integers", inputs: [ints(1, 2), ints(3)], attributes: { axis: 0 } },
]);

export const shapeRows: readonly Row[] = [...layout, ...parts, ...picks, ...pads, ...integers];
