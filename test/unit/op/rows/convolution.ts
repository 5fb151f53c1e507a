import type { Row } from "../../../helper/operator";
import { normal } from "../../../helper/random";

/** X [N, C, …], W [M, C/group, …] and the bias of M numbers. */
const inputs = (x: readonly number[], w: readonly number[], bias = w[0]!) => [
  normal(x, 1),
  normal(w, 2),
  normal([bias], 3),
];

const conv: readonly Row[] = [
  { op: "Conv", inputs: inputs([2, 3, 5, 4], [2, 3, 3, 2]) },
  {
    op: "Conv",
    title: "no bias, stride and uneven padding",
    inputs: inputs([2, 2, 7, 6], [3, 2, 3, 3]).slice(0, 2),
    attributes: { strides: [2, 3], pads: [1, 0, 2, 1], kernel_shape: [3, 3] },
  },
  {
    op: "Conv",
    title: "dilation",
    inputs: inputs([1, 2, 7, 6], [2, 2, 3, 2]),
    attributes: { dilations: [2, 3], pads: [2, 1, 2, 1] },
  },
  {
    op: "Conv",
    title: "groups",
    inputs: inputs([2, 4, 5, 5], [6, 2, 3, 3]),
    attributes: { group: 2, strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  {
    op: "Conv",
    title: "depthwise with two filters per channel",
    inputs: inputs([2, 3, 5, 4], [6, 1, 3, 3]),
    attributes: { group: 3, pads: [1, 1, 1, 1] },
  },
  {
    op: "Conv",
    title: "more padding than kernel",
    inputs: inputs([1, 2, 3, 3], [2, 2, 1, 1]),
    attributes: { pads: [1, 2, 1, 0] },
  },
  {
    op: "Conv",
    title: "steps wider than the kernel",
    inputs: inputs([1, 2, 8, 7], [2, 2, 2, 1]),
    attributes: { strides: [3, 2] },
  },
  {
    op: "Conv",
    title: "SAME_UPPER",
    inputs: inputs([1, 2, 6, 7], [2, 2, 3, 4]),
    attributes: { auto_pad: "SAME_UPPER", strides: [2, 1] },
  },
  {
    op: "Conv",
    title: "SAME_LOWER",
    inputs: inputs([1, 2, 6, 7], [2, 2, 3, 4]),
    attributes: { auto_pad: "SAME_LOWER", strides: [2, 1] },
  },
  {
    op: "Conv",
    title: "SAME_UPPER, steps wider than the kernel",
    inputs: inputs([1, 2, 6, 7], [2, 2, 1, 1]),
    attributes: { auto_pad: "SAME_UPPER", strides: [2, 2] },
  },
  {
    op: "Conv",
    title: "VALID",
    inputs: inputs([1, 2, 6, 7], [2, 2, 3, 4]),
    attributes: { auto_pad: "VALID", strides: [2, 1] },
  },
  {
    op: "Conv",
    title: "one axis",
    inputs: inputs([2, 2, 9], [4, 1, 3]),
    attributes: { group: 2, strides: [2], pads: [1, 2], dilations: [2] },
  },
  {
    op: "Conv",
    title: "three axes",
    inputs: inputs([2, 2, 3, 4, 3], [2, 2, 2, 3, 2]),
    attributes: { strides: [1, 2, 1], pads: [1, 1, 0, 0, 1, 1] },
  },
];

const convTranspose: readonly Row[] = [
  { op: "ConvTranspose", inputs: inputs([2, 3, 3, 4], [3, 2, 3, 2], 2) },
  {
    op: "ConvTranspose",
    title: "stride, uneven padding, output padding",
    inputs: inputs([2, 2, 3, 4], [2, 3, 3, 3], 3).slice(0, 2),
    attributes: { strides: [2, 3], pads: [1, 0, 2, 1], output_padding: [1, 2] },
  },
  {
    op: "ConvTranspose",
    title: "groups and dilation",
    inputs: inputs([1, 4, 4, 3], [4, 3, 3, 2], 6),
    attributes: { group: 2, dilations: [2, 3], pads: [2, 1, 2, 1] },
  },
  {
    op: "ConvTranspose",
    title: "SAME_UPPER",
    inputs: inputs([1, 2, 3, 4], [2, 2, 3, 4], 2),
    attributes: { auto_pad: "SAME_UPPER", strides: [2, 3] },
  },
  {
    op: "ConvTranspose",
    title: "SAME_LOWER",
    inputs: inputs([1, 2, 3, 4], [2, 2, 3, 4], 2),
    attributes: { auto_pad: "SAME_LOWER", strides: [2, 3] },
  },
  {
    op: "ConvTranspose",
    title: "SAME_UPPER, steps wider than the kernel",
    inputs: inputs([1, 2, 3, 4], [2, 2, 1, 2], 2),
    attributes: { auto_pad: "SAME_UPPER", strides: [2, 3] },
  },
  {
    op: "ConvTranspose",
    title: "VALID",
    inputs: inputs([1, 2, 3, 4], [2, 2, 3, 4], 2),
    attributes: { auto_pad: "VALID", strides: [2, 3] },
  },
  {
    op: "ConvTranspose",
    title: "a stated output shape",
    inputs: inputs([1, 2, 3, 4], [2, 2, 3, 3], 2),
    attributes: { output_shape: [6, 8], strides: [2, 2] },
  },
  {
    op: "ConvTranspose",
    title: "a stated output shape beyond the natural one",
    inputs: inputs([1, 2, 3, 4], [2, 2, 3, 3], 2),
    attributes: { output_shape: [8, 10], strides: [2, 2], auto_pad: "SAME_UPPER" },
  },
  {
    op: "ConvTranspose",
    title: "one axis",
    inputs: inputs([2, 2, 5], [2, 1, 3], 2),
    attributes: { group: 2, strides: [2], pads: [1, 1] },
  },
  {
    op: "ConvTranspose",
    title: "three axes",
    inputs: inputs([1, 2, 2, 3, 2], [2, 2, 2, 3, 2], 2),
    attributes: { strides: [1, 2, 1], pads: [1, 1, 0, 0, 1, 1] },
  },
];

export const convolutionRows: readonly Row[] = [...conv, ...convTranspose].map((row) => ({
  ...row,
  batched: [0],
}));
