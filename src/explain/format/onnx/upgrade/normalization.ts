import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";
import { maybeInt } from "../../../op/helper/attribute";
import { groupNormalization } from "./groupNormalization";
import { numberOf } from "./helper/attribute";
import { alsoMakes, last } from "./helper/step";
import { rootMeanSquare } from "./helper/rootMeanSquare";
import type { Rule, Upgrade } from "./upgrade";

/** Before opset 9 with spatial = 0: each element of [C, …] has statistics of its own. */
const elementwise: Upgrade = (g, node) => {
  const { spatial = 1, ...attributes } = node.attributes;
  if (spatial === 1) return { ...node, attributes };
  const [x, scale, bias, mean, variance] = node.inputs as [string, string, string, string, string];
  const epsilon = g.scalar(numberOf(node, "epsilon", 1e-5), x);
  const deviation = g.op("Sqrt", [g.op("Add", [variance, epsilon])]);
  const factor = g.op("Div", [scale, deviation]);
  return last(node, "Add", [g.op("Mul", [g.op("Sub", [x, mean]), factor]), bias]);
};

/** More than one output used to mean training. */
const training: Upgrade = (_g, node) => {
  if (!node.outputs.slice(1).some(Boolean)) return node;
  return { ...node, attributes: { ...node.attributes, training_mode: 1 } };
};

/** Outside of training the running statistics that come out are those that went in. */
const statistics: Upgrade = (g, node) => {
  if (maybeInt(node, "training_mode") === 1) return node;
  [3, 4].forEach((input, i) => alsoMakes(g, node, i + 1, () => node.inputs[input]!));
  return last(node, node.op, node.inputs, node.attributes);
};

/**
 * MeanVarianceNormalization: https://onnx.ai/onnx/operators/onnx__MeanVarianceNormalization.html
 *
 * Divides by √variance + 1e-9, which is written √(variance + 1e-18): the same within 1e-9, and smooth where nothing varies.
 */
function meanVariance(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  const axes = (node.attributes.axes as readonly number[] | undefined) ?? [0, 2, 3];
  const mean = (value: string) => g.op("ReduceMean", [value, g.ints(axes)], { keepdims: 1 });
  const centred = g.op("Sub", [x, mean(x)]);
  const variance = mean(g.op("Mul", [centred, centred]));
  const deviation = g.op("Sqrt", [g.op("Add", [variance, g.scalar(1e-18, x)])]);
  return last(node, "Div", [centred, deviation]);
}

/** Before opset 9 the channels were among the axes if wanted, and the variance could be left alone. */
function oldMeanVariance(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  const across = numberOf(node, "across_channels", 0) === 1;
  const axes = across ? [0, 1, 2, 3] : [0, 2, 3];
  if (numberOf(node, "normalize_variance", 1) === 1) {
    return meanVariance(g, { ...node, attributes: { axes } });
  }
  return last(node, "Sub", [x, g.op("ReduceMean", [x, g.ints(axes)], { keepdims: 1 })]);
}

/** LpNormalization: https://onnx.ai/onnx/operators/onnx__LpNormalization.html. Zeros stay zeros. */
function lpNormalization(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  const axis = numberOf(node, "axis", -1);
  const reduce = maybeInt(node, "p") === 1 ? "ReduceL1" : "ReduceL2";
  const norm = g.op(reduce, [x, g.ints([axis])], { keepdims: 1 });
  const isZero = g.op("Equal", [norm, g.scalar(0, x)]);
  return last(node, "Div", [x, g.op("Where", [isZero, g.scalar(1, x), norm])]);
}

/** LRN over an even number of channels, which runtimes refuse: a mean over columns of channels. */
function evenNeighbours(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  const size = numberOf(node, "size", 1);
  if (size % 2 === 1) return node;
  const { alpha = 1e-4, beta = 0.75, bias = 1 } = node.attributes as Record<string, number>;
  const columns = g.op("Unsqueeze", [
    g.op("Reshape", [g.op("Mul", [x, x]), g.ints([0, 0, -1])]),
    g.ints([1]),
  ]);
  const mean = g.op("AveragePool", [columns], {
    kernel_shape: [size, 1],
    pads: [size / 2 - 1, 0, size / 2, 0],
    count_include_pad: 1,
  });
  const squares = g.op("Reshape", [mean, g.op("Shape", [x])]);
  const spread = g.op("Add", [g.op("Mul", [squares, g.scalar(alpha, x)]), g.scalar(bias, x)]);
  return last(node, "Div", [x, g.op("Pow", [spread, g.scalar(beta, x)])]);
}

/** Both names of the same operator: onnxruntime's came first. */
const rms: Upgrade = (g, node, refuse) => {
  if (node.outputs[1]) throw refuse("gives out its statistics, which is not supported");
  const [x, scale] = node.inputs as [string, string];
  const axis = numberOf(node, "axis", -1);
  return rootMeanSquare(g, node, { x, scale, axis, epsilon: numberOf(node, "epsilon", 1e-5) });
};

export const normalization: readonly Rule[] = [
  { op: "BatchNormalization", below: 9, upgrade: elementwise },
  { op: "BatchNormalization", below: 14, upgrade: training },
  { op: "BatchNormalization", upgrade: statistics },
  { op: "GroupNormalization", below: 21, upgrade: groupNormalization("group") },
  { op: "GroupNormalization", upgrade: groupNormalization("channel") },
  { op: "LpNormalization", upgrade: lpNormalization },
  { op: "LRN", upgrade: evenNeighbours },
  { op: "MeanVarianceNormalization", below: 9, upgrade: oldMeanVariance },
  { op: "MeanVarianceNormalization", upgrade: meanVariance },
  { op: "RMSNormalization", upgrade: rms },
  { op: "SimplifiedLayerNormalization", upgrade: rms },
];
