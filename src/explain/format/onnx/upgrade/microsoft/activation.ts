import type { Builder } from "../../../../graph/builder";
import type { Attributes, Node } from "../../../../graph/graph";
import { scale } from "../../../../op/helper/rule";
import type { Refuse } from "../../attribute";
import { numberOf } from "../helper/attribute";
import { last } from "../helper/step";
import { onOneAxis } from "../softmax";
import type { Upgrade } from "../upgrade";

/** The parameters of an activation as attributes of its own operator, in onnxruntime's order. One left out is the operator's own default. */
const parametersOf: Readonly<Record<string, readonly string[]>> = {
  Celu: ["alpha"],
  Elu: ["alpha"],
  HardSigmoid: ["alpha", "beta"],
  HardSwish: [],
  LeakyRelu: ["alpha"],
  Mish: [],
  Relu: [],
  Selu: ["alpha", "gamma"],
  Sigmoid: [],
  Softplus: [],
  Softsign: [],
  Tanh: [],
  ThresholdedRelu: ["alpha"],
};

/** An activation as the node's last step. `given` = its parameters in onnxruntime's order, as far as the file has them. */
export function activated(
  g: Builder,
  node: Node,
  x: string,
  given: readonly (number | undefined)[],
  refuse: Refuse,
): Node {
  const { activation } = node.attributes;
  if (activation === undefined || activation === "") return last(node, "Identity", [x]);
  if (activation === "Clip") {
    const bounds = [given[0] ?? -Infinity, given[1] ?? Infinity].map((b) => g.scalar(b, x));
    return last(node, "Clip", [x, ...bounds]);
  }
  const parameters = parametersOf[String(activation)];
  if (!parameters) throw refuse(`with the activation ${String(activation)} is not supported`);
  const attributes: Attributes = Object.fromEntries(
    parameters.flatMap((name, i) => (given[i] === undefined ? [] : [[name, given[i]]])),
  );
  return last(node, String(activation), [x], attributes);
}

/** Gelu of x, or of x + bias. */
const gelu =
  (approximate: "none" | "tanh"): Upgrade =>
  (g, node) => {
    const [x, bias] = node.inputs;
    return last(node, "Gelu", [bias ? g.op("Add", [x!, bias]) : x!], { approximate });
  };

/** x · sigmoid(alpha · x) */
function quickGelu(g: Builder, node: Node): Node {
  const [x] = node.inputs as [string];
  const steep = scale(g, x, numberOf(node, "alpha", 1.702));
  return last(node, "Mul", [x, g.op("Sigmoid", [steep])]);
}

/** x · sigmoid(x), as the node's last step. */
export function silu(g: Builder, node: Node, x: string): Node {
  return last(node, "Mul", [x, g.op("Sigmoid", [x])]);
}

/** One half of x + bias times Gelu of the other. */
function biasSplitGelu(g: Builder, node: Node): Node {
  const sum = g.op("Add", node.inputs);
  const [left, right] = g.ops("Split", [sum], 2, { axis: -1, num_outputs: 2 });
  return last(node, "Mul", [left!, g.op("Gelu", [right!])]);
}

/** x + bias + skip */
function biasAdd(g: Builder, node: Node): Node {
  const [x, bias, skip] = node.inputs as [string, string, string];
  return last(node, "Add", [g.op("Add", [x, bias]), skip]);
}

/** Outside of training: x + bias (+ residual). */
function biasDropout(g: Builder, node: Node, refuse: Refuse): Node {
  if (node.outputs[1]) throw refuse("gives out its mask, which is not supported");
  const [x, bias, residual] = node.inputs as [string, string, string?];
  if (!residual) return last(node, "Add", [x, bias]);
  return last(node, "Add", [g.op("Add", [x, bias]), residual]);
}

/** Softmax of x + bias over all axes from `axis` on. */
function biasSoftmax(g: Builder, node: Node): Node {
  const sum = g.op("Add", node.inputs);
  return onOneAxis(g, last(node, "Softmax", [sum], { axis: numberOf(node, "axis", 1) }));
}

export const activations: Readonly<Record<string, Upgrade>> = {
  BiasAdd: biasAdd,
  BiasDropout: biasDropout,
  BiasGelu: gelu("none"),
  BiasSoftmax: biasSoftmax,
  BiasSplitGelu: biasSplitGelu,
  FastGelu: gelu("tanh"),
  Gelu: gelu("none"),
  QuickGelu: quickGelu,
};
