import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";
import { scale } from "../../../op/helper/rule";
import { tensor } from "../../../tensor";
import type { Refuse } from "../attribute";
import { numberOf } from "./helper/attribute";
import { last, sliced, toTheEnd } from "./helper/step";
import type { Rule, Upgrade } from "./upgrade";

/**
 * Operators that ONNX tried out and dropped; converters from Core ML and Caffe2 wrote them, and onnxruntime still runs some:
 * https://github.com/microsoft/onnxruntime/tree/main/onnxruntime/contrib_ops/cpu
 */
export const experimental: readonly Rule[] = Object.entries<Upgrade>({
  Affine: (g, node) => {
    const { alpha, beta } = parametersOf(node, 1, 0);
    return last(node, "Add", [scale(g, node.inputs[0]!, alpha), g.scalar(beta, node.inputs[0]!)]);
  },
  Crop: crop,
  ImageScaler: imageScaler,
  ParametricSoftplus: (g, node) => {
    const { alpha, beta } = parametersOf(node, 1, 1);
    const y = g.op("Softplus", [scale(g, node.inputs[0]!, beta)]);
    return last(node, "Mul", [y, g.scalar(alpha, y)]);
  },
  Scale: (g, node) => {
    const [x] = node.inputs as [string];
    return last(node, "Mul", [x, g.scalar(numberOf(node, "scale", 1), x)]);
  },
  ScaledTanh: (g, node) => {
    const { alpha, beta } = parametersOf(node, 1, 1);
    const y = g.op("Tanh", [scale(g, node.inputs[0]!, beta)]);
    return last(node, "Mul", [y, g.scalar(alpha, y)]);
  },
}).map(([op, upgrade]) => ({ op, upgrade }));

function parametersOf(node: Node, alpha: number, beta: number) {
  return { alpha: numberOf(node, "alpha", alpha), beta: numberOf(node, "beta", beta) };
}

/** scale · x + a bias for each channel */
function imageScaler(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  const bias = (node.attributes.bias ?? []) as readonly number[];
  const perChannel = g.constant(tensor(g.type(x), bias, [bias.length, 1, 1]));
  return last(node, "Add", [scale(g, x, numberOf(node, "scale", 1)), perChannel]);
}

/** Cuts off a border: left, top, right, bottom; with `scale` what is left has that height and width instead. */
function crop(g: Builder, node: Node, refuse: Refuse): Node {
  const [x] = node.inputs as [string];
  const border = node.attributes.border as readonly number[] | undefined;
  if (border?.length !== 4) throw refuse("does not say its border");
  const [left, top, right, bottom] = border as [number, number, number, number];
  const [height, width] = (node.attributes.scale ?? []) as readonly number[];
  const end = (start: number, size: number | undefined, after: number) =>
    size !== undefined ? start + size : after > 0 ? -after : toTheEnd;
  const rows = sliced(g, x, 2, [top, end(top, height, bottom)]);
  return last(node, "Identity", [sliced(g, rows, 3, [left, end(left, width, right)])]);
}
