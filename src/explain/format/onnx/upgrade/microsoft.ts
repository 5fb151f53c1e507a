import type { Builder } from "../../../graph/builder";
import type { Attributes, Node } from "../../../graph/graph";
import type { Refuse } from "../attribute";
import type { Rule, Upgrade } from "./upgrade";

/**
 * The operators that onnxruntime's own optimizer puts into the models it saves, taken apart again:
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export const microsoft: readonly Rule[] = Object.entries<Upgrade>({
  FusedConv: fusedConv,
  FusedGemm: fusedGemm,
  FusedMatMul: fusedMatMul,
  Gelu: (_g, node) => ({ ...node, op: "Gelu" }),
  BiasGelu: (g, node) => gelu(g, node, "none"),
  FastGelu: (g, node) => gelu(g, node, "tanh"),
  QuickGelu: quickGelu,
}).map(([op, upgrade]) => ({ op: `com.microsoft.${op}`, upgrade }));

function fusedConv(g: Builder, node: Node, refuse: Refuse): Node {
  const [x, w, bias, residual] = node.inputs;
  const conv = g.op("Conv", [x!, w!, ...(bias ? [bias] : [])], unfused(node));
  const sum = residual ? g.op("Add", [conv, residual]) : conv;
  const parameters = (node.attributes.activation_params ?? []) as readonly number[];
  return activate(g, node, sum, parameters, refuse);
}

function fusedGemm(g: Builder, node: Node, refuse: Refuse): Node {
  const { activation_alpha: alpha, activation_beta: beta } = node.attributes;
  const parameters = [alpha, beta].filter((value) => typeof value === "number");
  return activate(g, node, g.op("Gemm", node.inputs, unfused(node)), parameters, refuse);
}

/** The attributes that are not the activation's. */
function unfused(node: Node): Attributes {
  const own = Object.entries(node.attributes).filter(([name]) => !name.startsWith("activation"));
  return Object.fromEntries(own);
}

/** The node's last step: an activation with its parameters in the order of the operator's own. */
function activate(
  g: Builder,
  node: Node,
  x: string,
  [first, second]: readonly number[],
  refuse: Refuse,
): Node {
  const { activation } = node.attributes;
  const last = (op: string, attributes: Attributes = {}): Node => ({
    ...node,
    op,
    inputs: [x],
    attributes,
  });
  switch (activation) {
    case "Relu":
    case "Sigmoid":
    case "Tanh":
      return last(activation);
    case "LeakyRelu":
      return last(activation, { alpha: first ?? 0.01 });
    case "HardSigmoid":
      return last(activation, { alpha: first ?? 0.2, beta: second ?? 0.5 });
    case "Clip": {
      const bounds = [first ?? -Infinity, second ?? Infinity].map((bound) => g.scalar(bound, x));
      return { ...last(activation), inputs: [x, ...bounds] };
    }
    default:
      throw refuse(`with the activation ${String(activation)} is not supported`);
  }
}

/** alpha · A · B, each with its last two axes swapped first where asked for. */
function fusedMatMul(g: Builder, node: Node, refuse: Refuse): Node {
  const { alpha = 1, transA, transB, transBatchA, transBatchB } = node.attributes;
  if (transBatchA || transBatchB) throw refuse("with transposed batches is not supported");
  const [a, b] = node.inputs as [string, string];
  const product = [transA ? swapped(g, a) : a, transB ? swapped(g, b) : b];
  if (alpha === 1) return { ...node, op: "MatMul", inputs: product, attributes: {} };
  const unscaled = g.op("MatMul", product);
  const inputs = [unscaled, g.scalar(alpha as number, unscaled)];
  return { ...node, op: "Mul", inputs, attributes: {} };
}

function swapped(g: Builder, x: string): string {
  const axes = g.dims(x).map((_, axis) => axis);
  return g.op("Transpose", [x], { perm: [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!] });
}

function gelu(g: Builder, node: Node, approximate: string): Node {
  const [x, bias] = node.inputs;
  const inputs = [bias ? g.op("Add", [x!, bias]) : x!];
  return { ...node, op: "Gelu", inputs, attributes: { approximate } };
}

/** x · sigmoid(alpha · x) */
function quickGelu(g: Builder, node: Node): Node {
  const { alpha = 1.702 } = node.attributes;
  const [x] = node.inputs as [string];
  const gate = g.op("Sigmoid", [g.op("Mul", [x, g.scalar(alpha as number, x)])]);
  return { ...node, op: "Mul", inputs: [x, gate], attributes: {} };
}
