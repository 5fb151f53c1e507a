import type { FlowRule } from "./flow";
import {
  concat,
  gather,
  reduce,
  reduceOne,
  repeat,
  reshape,
  slice,
  split,
  transpose,
} from "./movement";
import { gemm, matMul } from "./product";
import { sampling } from "./sampling";
import { blocks, convolution, pooling, resizing } from "./window";

const reductions = [
  "L1",
  "L2",
  "LogSum",
  "LogSumExp",
  "Max",
  "Mean",
  "Min",
  "Prod",
  "Sum",
  "SumSquare",
].map((name): [string, FlowRule] => [`Reduce${name}`, reduce]);

const nothing: FlowRule = () => undefined;

/** Operator → how the axes of its outputs come from those of its inputs; the others work element by element. */
export const rules: ReadonlyMap<string, FlowRule> = new Map<string, FlowRule>([
  ["ArgMax", reduceOne],
  ["ArgMin", reduceOne],
  ["AveragePool", pooling],
  ["Concat", concat],
  ["ConstantOfShape", nothing],
  ["Conv", convolution],
  ["ConvTranspose", convolution],
  ["DepthToSpace", blocks],
  ["Expand", repeat],
  ["Flatten", reshape],
  ["Gather", gather],
  ["GatherND", nothing],
  ["Gemm", gemm],
  ["GlobalAveragePool", pooling],
  ["GlobalMaxPool", pooling],
  ["GridSample", sampling],
  ["LpPool", pooling],
  ["MatMul", matMul],
  ["MaxPool", pooling],
  ["NonZero", nothing],
  ["OneHot", nothing],
  ["Pad", resizing],
  ["Range", nothing],
  ...reductions,
  ["Reshape", reshape],
  ["Resize", resizing],
  ["Shape", nothing],
  ["Size", nothing],
  ["Slice", slice],
  ["SpaceToDepth", blocks],
  ["Split", split],
  ["Squeeze", reshape],
  ["Tile", repeat],
  ["Transpose", transpose],
  ["Unsqueeze", reshape],
]);
