import { tensor } from "../../../../src/explain/tensor";
import type { Row } from "../../../helper/operator";
import { normal } from "../../../helper/random";

const x = normal([2, 3, 4, 5], 1);
const positive = tensor(
  "float64",
  x.data.map((v) => Math.abs(v) + 0.3),
  x.dims,
);
const axes = (...values: number[]) => tensor("int64", values);

/** Every reduction over inner axes, over the batch, with and without keeping the axes, and over everything. */
const shapes = ["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd"]
  .concat(["ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"])
  .flatMap((op): Row[] => {
    const input = op === "ReduceLogSum" ? positive : x;
    return [
      { op, title: "two axes kept", inputs: [input, axes(-2, -1)] },
      { op, title: "axes apart", inputs: [input, axes(3, 1)], attributes: { keepdims: 0 } },
      {
        op,
        title: "the batch",
        inputs: [input, axes(0)],
        attributes: { keepdims: 0 },
      },
      { op, title: "everything", inputs: [input], attributes: { keepdims: 0 } },
    ];
  })
  // Products of 120 normal numbers are too small to compare.
  .filter(({ op, title }) => !(op === "ReduceProd" && title === "everything"));

export const reductionRows: readonly Row[] = [
  ...shapes,
  {
    op: "ReduceProd",
    title: "zeros: one, two and none in a group",
    inputs: [tensor("float64", [0, 2, 3, 0, 0, 5, 1.5, 2, -1], [3, 3]), axes(1)],
  },
  ...["ReduceSum", "ReduceMax", "ReduceProd", "ReduceLogSumExp", "ReduceL2"].map((op): Row => ({
    op,
    title: "over nothing",
    inputs: [normal([2, 0, 3], 2), axes(1)],
    differentiable: false,
  })),
  { op: "ReduceSum", title: "no axis", inputs: [x], attributes: { noop_with_empty_axes: 1 } },
  { op: "Softmax", inputs: [x] },
  { op: "Softmax", title: "channels", inputs: [x], attributes: { axis: 1 } },
  { op: "LogSoftmax", inputs: [x] },
  { op: "LogSoftmax", title: "channels", inputs: [x], attributes: { axis: 1 } },
  { op: "CumSum", inputs: [x, tensor("int64", [2], [])] },
  {
    op: "CumSum",
    title: "exclusive and from the end",
    inputs: [x, tensor("int64", [-1], [])],
    attributes: { exclusive: 1, reverse: 1 },
  },
  { op: "TopK", inputs: [x, axes(3)], outputs: 2 },
  {
    op: "TopK",
    title: "smallest channels",
    inputs: [x, axes(2)],
    outputs: 2,
    attributes: { axis: 1, largest: 0 },
  },
  { op: "TopK", title: "images", inputs: [x, axes(1)], outputs: 2, attributes: { axis: 0 } },
  { op: "ArgMax", inputs: [x], attributes: { axis: 2 }, differentiable: false },
  {
    op: "ArgMax",
    title: "the last of equal ones",
    inputs: [tensor("float32", [1, 2, 2, 0, 0, 0], [2, 3])],
    attributes: { axis: -1, keepdims: 0, select_last_index: 1 },
    differentiable: false,
  },
  {
    op: "TopK",
    title: "equal values",
    inputs: [tensor("float32", [1, 2, 2, 1, 2, 0]), axes(4)],
    outputs: 2,
    differentiable: false,
  },
];
