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
];

export const normalizationRows: readonly Row[] = [...batchNormalization];
