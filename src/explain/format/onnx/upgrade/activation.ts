import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";
import { scale } from "../../../op/helper/rule";
import { numberOf } from "./helper/attribute";
import { last } from "./helper/step";
import type { Rule, Upgrade } from "./upgrade";

/** Activations that are compositions of others; the formulas are those of https://onnx.ai/onnx/operators/. */
export const activation: readonly Rule[] = Object.entries<Upgrade>({
  Celu: celu,
  Mish: mish,
  Shrink: shrink,
  Softsign: softsign,
  SwiGLU: (g, node) => last(node, "Mul", [swish(g, node), node.inputs[1]!]),
  Swish: (g, node) => last(node, "Mul", [node.inputs[0]!, gate(g, node)]),
  ThresholdedRelu: thresholdedRelu,
}).map(([op, upgrade]) => ({ op, upgrade }));

/** alpha · elu(x / alpha) */
function celu(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  const alpha = numberOf(node, "alpha", 1);
  if (alpha === 1) return last(node, "Elu", [x], { alpha: 1 });
  const unit = g.op("Elu", [g.op("Div", [x, g.scalar(alpha, x)])]);
  return last(node, "Mul", [unit, g.scalar(alpha, x)]);
}

/** x · tanh(softplus(x)) */
function mish(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  return last(node, "Mul", [x, g.op("Tanh", [g.op("Softplus", [x])])]);
}

/** x + bias below −lambd, x − bias above lambd, 0 between. */
function shrink(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  const lambd = numberOf(node, "lambd", 0.5);
  const bias = g.scalar(numberOf(node, "bias", 0), x);
  const isLow = g.op("Less", [x, g.scalar(-lambd, x)]);
  const low = g.op("Where", [isLow, g.op("Add", [x, bias]), g.scalar(0, x)]);
  const isHigh = g.op("Greater", [x, g.scalar(lambd, x)]);
  return last(node, "Where", [isHigh, g.op("Sub", [x, bias]), low]);
}

/** x / (1 + |x|) */
function softsign(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  return last(node, "Div", [x, g.op("Add", [g.op("Abs", [x]), g.scalar(1, x)])]);
}

/** x · sigmoid(alpha · x) */
function swish(g: Builder, node: Node): string {
  return g.op("Mul", [node.inputs[0]!, gate(g, node)]);
}

function gate(g: Builder, node: Node): string {
  return g.op("Sigmoid", [scale(g, node.inputs[0]!, numberOf(node, "alpha", 1))]);
}

/** x above alpha, else 0. */
function thresholdedRelu(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  const isHigh = g.op("Greater", [x, g.scalar(numberOf(node, "alpha", 1), x)]);
  return last(node, "Where", [isHigh, x, g.scalar(0, x)]);
}
