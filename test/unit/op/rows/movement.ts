import { tensor, type Tensor } from "../../../../src/explain/tensor";
import { withoutGradient, type Row } from "../../../helper/operator";
import { normal } from "../../../helper/random";

const x = normal([3, 4, 5], 1);
const int64 = (dims: readonly number[], ...values: number[]) => tensor("int64", values, dims);

const gatherNd: readonly Row[] = [
  { op: "GatherND", title: "elements", inputs: [x, int64([2, 3], 0, 1, 2, -1, -4, 4)] },
  { op: "GatherND", title: "slices, one twice", inputs: [x, int64([3, 1], 2, 0, 2)] },
  { op: "GatherND", title: "two axes", inputs: [x, int64([2, 1, 2], 0, 3, 2, 1)] },
  {
    op: "GatherND",
    title: "per image",
    inputs: [x, int64([3, 2, 1], 0, 3, 2, 2, 1, 1)],
    attributes: { batch_dims: 1 },
  },
  {
    op: "GatherND",
    title: "per image and channel",
    inputs: [normal([2, 2, 3], 2), int64([2, 2, 1], 0, 2, 2, 1)],
    attributes: { batch_dims: 2 },
    fixedBatch: true,
  },
];

const places = int64([2, 1], 2, 0);
const updates = normal([2, 4, 5], 3);

const scatterNd: readonly Row[] = [
  { op: "ScatterND", inputs: [x, places, updates] },
  {
    op: "ScatterND",
    title: "elements",
    inputs: [x, int64([2, 3], 0, 1, 2, 2, -4, -1), normal([2], 4)],
  },
  {
    op: "ScatterND",
    title: "added, one place twice",
    inputs: [x, int64([3, 2], 0, 3, 0, 3, 2, 0), normal([3, 5], 5)],
    attributes: { reduction: "add" },
  },
  ...["mul", "max", "min"].map((reduction): Row => ({
    op: "ScatterND",
    title: reduction,
    inputs: [x, places, updates],
    attributes: { reduction },
  })),
].map((row): Row => ({ ...row, batched: [] }));

const scatterElements = ["mul", "max", "min"].map((reduction): Row => ({
  op: "ScatterElements",
  title: `${reduction}, each place once`,
  inputs: [normal([3, 4], 7), int64([2, 2], 0, -1, 3, 2), normal([2, 2], 8)],
  attributes: { axis: 1, reduction },
  batched: [],
}));

const square = normal([2, 4, 3], 6);
const bools: Tensor = tensor("bool", [1, 0, 1, 0, 0, 1], [2, 3]);

const repeated = int64([3, 3], 2, 1, 2, 0, 1, 0, 2, 1, 2);

const triangles: readonly Row[] = [
  { op: "Trilu", inputs: [square] },
  { op: "Trilu", title: "below", inputs: [square], attributes: { upper: 0 } },
  { op: "Trilu", title: "above the diagonal", inputs: [square, int64([], 1)] },
  {
    op: "Trilu",
    title: "up to above the diagonal",
    inputs: [square, int64([], 1)],
    attributes: { upper: 0 },
  },
  { op: "Trilu", title: "nothing left", inputs: [square, int64([], 9)] },
  { op: "Trilu", title: "integers", inputs: [int64([2, 2], 1, 2, 3, 4)], differentiable: false },
];

const positions: readonly Row[] = withoutGradient([
  { op: "NonZero", inputs: [bools] },
  { op: "NonZero", title: "a list of integers", inputs: [int64([4], 0, 7, -1, 0)] },
  { op: "NonZero", title: "none", inputs: [int64([2], 0, 0)] },
  { op: "Unique", inputs: [repeated], outputs: 4 },
  { op: "Unique", title: "unsorted", inputs: [repeated], outputs: 4, attributes: { sorted: 0 } },
  { op: "Unique", title: "rows", inputs: [repeated], outputs: 4, attributes: { axis: 0 } },
  { op: "Unique", title: "columns", inputs: [repeated], outputs: 4, attributes: { axis: -1 } },
  { op: "ArgMin", inputs: [x], attributes: { axis: 1 } },
  {
    op: "ArgMin",
    title: "the last of equal ones",
    inputs: [tensor("float32", [2, 1, 1, 0, 0, 3], [2, 3])],
    attributes: { axis: -1, keepdims: 0, select_last_index: 1 },
  },
  {
    op: "ArgMax",
    title: "the first of equal ones",
    inputs: [tensor("float32", [2, 2, 1, 0, 3, 3], [2, 3])],
    attributes: { axis: 1 },
  },
]);

export const movementRows: readonly Row[] = [
  ...gatherNd,
  ...scatterNd,
  ...scatterElements,
  ...triangles,
  ...positions,
  { op: "Det", inputs: [normal([2, 3, 4, 4], 9)] },
  { op: "Det", title: "one by one", inputs: [normal([3, 1, 1], 9)] },
  { op: "Det", title: "odd size", inputs: [normal([2, 3, 3], 10)] },
  {
    op: "Det",
    title: "singular, and with rows to exchange",
    inputs: [tensor("float64", [0, 0, 0, 1, 0, 2, 3, 0], [2, 2, 2])],
  },
  { op: "Hardmax", inputs: [x], differentiable: false },
  {
    op: "Hardmax",
    title: "channels, equal ones",
    inputs: [tensor("float32", [1, 2, 2, 0, 0, 0, 2, 2], [2, 2, 2])],
    attributes: { axis: 1 },
    differentiable: false,
  },
];
