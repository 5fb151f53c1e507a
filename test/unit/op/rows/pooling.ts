import { tensor } from "../../../../src/explain/tensor";
import type { Row } from "../../../helper/operator";
import { distinct, normal } from "../../../helper/random";

const x = distinct([2, 3, 7, 6], 1);

const maxPool: readonly Row[] = [
  { op: "MaxPool", inputs: [x], attributes: { kernel_shape: [2, 3] } },
  {
    op: "MaxPool",
    title: "overlapping windows, uneven padding",
    inputs: [x],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 0, 2, 1] },
  },
  {
    op: "MaxPool",
    title: "windows that hang over the end",
    inputs: [x],
    attributes: { kernel_shape: [3, 3], strides: [2, 3], ceil_mode: 1 },
  },
  {
    op: "MaxPool",
    title: "a last window that would begin in the padding",
    inputs: [x],
    attributes: { kernel_shape: [2, 2], strides: [7, 6], pads: [0, 0, 1, 1], ceil_mode: 1 },
  },
  {
    op: "MaxPool",
    title: "dilation",
    inputs: [x],
    attributes: { kernel_shape: [2, 3], dilations: [3, 2], pads: [1, 2, 1, 0] },
  },
  {
    op: "MaxPool",
    title: "a window that sees padding only",
    inputs: [distinct([1, 2, 1, 4], 2)],
    attributes: { kernel_shape: [2, 2], dilations: [2, 1], pads: [1, 0, 1, 1] },
  },
  {
    op: "MaxPool",
    title: "all negative, with padding",
    inputs: [
      tensor(
        "float64",
        x.data.map((v) => v - 10),
        x.dims,
      ),
    ],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  {
    op: "MaxPool",
    title: "with indices",
    inputs: [x],
    outputs: 2,
    attributes: { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 1, 1, 0] },
  },
  {
    op: "MaxPool",
    title: "with indices, column by column",
    inputs: [x],
    outputs: 2,
    attributes: { kernel_shape: [3, 2], strides: [2, 2], storage_order: 1 },
  },
  {
    op: "MaxPool",
    title: "SAME_UPPER",
    inputs: [x],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: "SAME_UPPER" },
  },
  {
    op: "MaxPool",
    title: "SAME_LOWER",
    inputs: [x],
    attributes: { kernel_shape: [2, 3], strides: [2, 2], auto_pad: "SAME_LOWER", ceil_mode: 1 },
  },
  {
    op: "MaxPool",
    title: "VALID",
    inputs: [x],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: "VALID" },
  },
  {
    op: "MaxPool",
    title: "one axis",
    inputs: [distinct([2, 2, 9], 3)],
    attributes: { kernel_shape: [3], strides: [2], pads: [1, 1] },
  },
  {
    op: "MaxPool",
    title: "three axes",
    inputs: [distinct([1, 2, 4, 3, 5], 4)],
    outputs: 2,
    attributes: { kernel_shape: [2, 2, 3], strides: [2, 1, 2], pads: [1, 0, 1, 0, 1, 0] },
  },
  { op: "GlobalMaxPool", inputs: [x] },
  { op: "GlobalMaxPool", title: "one axis", inputs: [distinct([2, 2, 9], 3)] },
];

const averaged = normal([2, 3, 7, 6], 5);
const windows: readonly Omit<Row, "op" | "inputs">[] = [
  { attributes: { kernel_shape: [2, 3] } },
  {
    title: "overlapping windows, uneven padding",
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 0, 2, 1] },
  },
  {
    title: "windows that hang over the end",
    attributes: { kernel_shape: [3, 3], strides: [2, 3], ceil_mode: 1 },
  },
  {
    title: "windows that hang over the padding",
    attributes: { kernel_shape: [4, 3], strides: [3, 4], pads: [1, 1, 1, 2], ceil_mode: 1 },
  },
  {
    title: "dilation",
    attributes: { kernel_shape: [2, 3], dilations: [3, 2], pads: [1, 2, 1, 0] },
  },
  {
    title: "dilation that hangs over the padding",
    attributes: {
      kernel_shape: [2, 3],
      dilations: [3, 2],
      strides: [2, 3],
      pads: [1, 2, 1, 1],
      ceil_mode: 1,
    },
  },
  {
    title: "SAME_UPPER",
    attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: "SAME_UPPER" },
  },
  {
    title: "SAME_LOWER",
    attributes: { kernel_shape: [2, 3], strides: [2, 2], auto_pad: "SAME_LOWER" },
  },
];

const averagePool: readonly Row[] = [
  ...windows.map((row) => ({ ...row, op: "AveragePool", inputs: [averaged] })),
  ...windows.map((row) => ({
    ...row,
    op: "AveragePool",
    title: `padding counts, ${row.title ?? "plain"}`,
    inputs: [averaged],
    attributes: { ...row.attributes, count_include_pad: 1 },
  })),
  {
    op: "AveragePool",
    title: "one axis",
    inputs: [normal([2, 2, 9], 6)],
    attributes: { kernel_shape: [3], strides: [2], pads: [1, 1] },
  },
  {
    op: "AveragePool",
    title: "three axes",
    inputs: [normal([1, 2, 4, 3, 5], 7)],
    attributes: { kernel_shape: [2, 2, 3], strides: [2, 1, 2], pads: [1, 0, 1, 0, 1, 0] },
  },
  { op: "GlobalAveragePool", inputs: [averaged] },
  { op: "GlobalAveragePool", title: "one axis", inputs: [normal([2, 2, 9], 8)] },
];

const maxUnpool: Row = {
  op: "MaxUnpool",
  inputs: [
    normal([1, 2, 2, 1], 9),
    tensor("int64", [1, 14, 17, 26], [1, 2, 2, 1]),
    tensor("int64", [1, 2, 5, 3]),
  ],
  attributes: { kernel_shape: [2, 2], strides: [2, 2] },
  fixedBatch: true,
};

export const poolingRows: readonly Row[] = [...maxPool, ...averagePool, maxUnpool];
