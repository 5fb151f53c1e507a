import type { Builder } from "../../../../graph/builder";
import type { Node } from "../../../../graph/graph";
import type { Refuse } from "../../attribute";
import type { Upgrade } from "../upgrade";
import { bias, onChannels, operand, quantized } from "./operand";

/** Operators on quantized values, as the same on real numbers between DequantizeLinear and QuantizeLinear. */
export const linear: Readonly<Record<string, Upgrade>> = {
  QLinearConv: convolution,
  "com.microsoft.QLinearConv": convolution,
  QLinearMatMul: product,
  "com.microsoft.QLinearAdd": pair("Add"),
  "com.microsoft.QLinearMul": pair("Mul"),
  "com.microsoft.QLinearConcat": concatenation,
  "com.microsoft.QLinearWhere": selection,
  "com.microsoft.QLinearAveragePool": pooling("AveragePool"),
  "com.microsoft.QLinearGlobalAveragePool": pooling("GlobalAveragePool"),
  "com.microsoft.QLinearLeakyRelu": single("LeakyRelu"),
  "com.microsoft.QLinearSigmoid": single("Sigmoid"),
  "com.microsoft.QLinearSoftmax": softmax,
  "com.microsoft.QLinearReduceMean": mean,
  "com.microsoft.QGemm": gemm,
};

/** x, its scale and zero point, w, …, those of y, bias: https://onnx.ai/onnx/operators/onnx__QLinearConv.html */
function convolution(g: Builder, node: Node): Node {
  const { inputs } = node;
  const filter = operand(g, node, 3, { axis: 0 });
  const added = inputs[8] ? [bias(g, inputs[8], [inputs[1]!, inputs[4]!], 0)] : [];
  return quantized(node, onChannels(g, node, "Conv", operand(g, node, 0), [filter, ...added]), 6);
}

/** One scale for each row of the left or each column of the right: https://onnx.ai/onnx/operators/onnx__QLinearMatMul.html */
function product(g: Builder, node: Node): Node {
  const a = operand(g, node, 0, { axis: -2 });
  const b = operand(g, node, 3, { axis: -1 });
  return quantized(node, g.op("MatMul", [a, b]), 6);
}

function pair(op: string): Upgrade {
  return (g, node) => quantized(node, g.op(op, [operand(g, node, 0), operand(g, node, 3)]), 6);
}

function single(op: string): Upgrade {
  return (g, node) => quantized(node, g.op(op, [operand(g, node, 0)], node.attributes), 3);
}

function pooling(op: string): Upgrade {
  return (g, node) => quantized(node, onChannels(g, node, op, operand(g, node, 0)), 3);
}

/** The scale and zero point of y, then those of each part behind the part. */
function concatenation(g: Builder, node: Node): Node {
  const count = Math.floor((node.inputs.length - 2) / 3);
  const parts = Array.from({ length: count }, (_, i) => operand(g, node, 2 + 3 * i));
  return quantized(node, g.op("Concat", parts, node.attributes), 0);
}

function selection(g: Builder, node: Node): Node {
  const [condition] = node.inputs as [string];
  return quantized(node, g.op("Where", [condition, operand(g, node, 1), operand(g, node, 4)]), 7);
}

/** `opset` says how the axis is meant: before 13 the operator worked along all axes from it on. */
function softmax(g: Builder, node: Node, refuse: Refuse): Node {
  const x = operand(g, node, 0);
  const { axis = -1, opset = 13 } = node.attributes as { axis?: number; opset?: number };
  const rank = g.dims(x).length;
  const last = (axis + rank) % rank;
  if (
    opset < 13 &&
    g
      .dims(x)
      .slice(last + 1)
      .some((dim) => dim !== 1)
  ) {
    throw refuse(`along several axes at once (opset ${opset}, axis ${axis}) is not supported`);
  }
  return quantized(node, g.op("Softmax", [x], { axis: last }), 3);
}

function mean(g: Builder, node: Node): Node {
  const { axes, keepdims = 1 } = node.attributes;
  const named = axes ? [g.ints(axes as readonly number[])] : [];
  const y = g.op("ReduceMean", [operand(g, node, 0), ...named], { keepdims });
  return quantized(node, y, 3);
}

/** alpha · A · B + C; C is int32, in steps of alpha · the product of the scales; without a scale for y the result stays real. */
function gemm(g: Builder, node: Node): Node {
  const { alpha = 1, transA = 0, transB = 0 } = node.attributes;
  const { inputs } = node;
  const a = operand(g, node, 0);
  const b = operand(g, node, 3, { axis: transB === 1 ? 0 : 1 });
  const added = inputs[6]
    ? [bias(g, inputs[6], [inputs[1]!, inputs[4]!], g.dims(inputs[6]).length - 1, Number(alpha))]
    : [];
  const attributes = { alpha, transA, transB };
  if (!inputs[7]) return { ...node, op: "Gemm", inputs: [a, b, ...added], attributes };
  return quantized(node, g.op("Gemm", [a, b, ...added], attributes), 7);
}
