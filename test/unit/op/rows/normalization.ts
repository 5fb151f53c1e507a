import { tensor } from "../../../../src/explain/tensor";
import type { Row } from "../../../helper/operator";
import { normal } from "../../../helper/random";

const perChannel = (seed: number) => normal([3], seed);
const variance = tensor("float64", [0.7, 1.3, 0.4]);
const statistics = [perChannel(2), perChannel(3), perChannel(4), variance];

const batchNormalization: readonly Row[] = [
  { op: "BatchNormalization", inputs: [normal([2, 3, 4, 2], 1), ...statistics] },
  {
    op: "BatchNormalization",
    title: "epsilon, no spatial axes",
    inputs: [normal([2, 3], 1), ...statistics],
    attributes: { epsilon: 0.3 },
  },
  {
    op: "BatchNormalization",
    title: "5 axes",
    inputs: [normal([1, 3, 2, 2, 2], 1), ...statistics],
  },
];

const image = normal([2, 3, 4, 2], 5);

const others: readonly Row[] = [
  { op: "InstanceNormalization", inputs: [image, perChannel(2), perChannel(3)] },
  {
    op: "InstanceNormalization",
    title: "epsilon, one axis",
    inputs: [normal([2, 3, 5], 6), perChannel(2), perChannel(3)],
    attributes: { epsilon: 0.3 },
  },
  {
    op: "InstanceNormalization",
    title: "3 spatial axes",
    inputs: [normal([2, 3, 2, 2, 3], 6), perChannel(2), perChannel(3)],
  },
  { op: "LayerNormalization", inputs: [normal([2, 4, 3], 7), perChannel(2), perChannel(3)] },
  {
    op: "LayerNormalization",
    title: "two axes, no bias, epsilon",
    inputs: [normal([2, 2, 3, 2], 8), normal([3, 2], 9)],
    attributes: { axis: 2, epsilon: 0.1 },
  },
  {
    op: "LayerNormalization",
    title: "statistics",
    inputs: [normal([2, 4, 3], 7), perChannel(2), perChannel(3)],
    attributes: { epsilon: 0.1 },
    outputs: 3,
  },
  { op: "LRN", inputs: [normal([2, 7, 2, 3], 10)], attributes: { size: 5, alpha: 0.4 } },
  {
    op: "LRN",
    title: "bias and exponent",
    inputs: [normal([1, 5, 2, 2], 11)],
    attributes: { size: 3, alpha: 0.9, beta: 0.6, bias: 2 },
  },
  {
    op: "LRN",
    title: "more neighbours than channels",
    inputs: [normal([1, 2, 2, 2], 12)],
    attributes: { size: 5, alpha: 0.7 },
  },
];

export const normalizationRows: readonly Row[] = [...batchNormalization, ...others];
