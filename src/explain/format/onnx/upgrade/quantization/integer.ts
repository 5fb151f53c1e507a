import type { Builder } from "../../../../graph/builder";
import type { Node } from "../../../../graph/graph";
import { tensor } from "../../../../tensor";
import type { Upgrade } from "../upgrade";
import { dequantized } from "./operand";

/**
 * Products of integers, as products of the same whole numbers in floats: exact, since float32 holds whole numbers up to 2^24 (and sums
 * of more than that are rounded as the float that the model makes of them next). Their int32 results are floats here.
 */
export const integer: Readonly<Record<string, Upgrade>> = {
  ConvInteger: (g, node) => {
    const [x, w, xZero, wZero] = node.inputs as [string, string, string?, string?];
    const inputs = [counted(g, x, xZero), counted(g, w, wZero, 0)];
    return { ...node, op: "Conv", inputs };
  },
  MatMulInteger: (g, node) => {
    const [a, b, aZero, bZero] = node.inputs as [string, string, string?, string?];
    const inputs = [counted(g, a, aZero, -2), counted(g, b, bZero, -1)];
    return { ...node, op: "MatMul", inputs };
  },
  "com.microsoft.MatMulIntegerToFloat": (g, node) => {
    const [a, b, aScale, bScale, aZero, bZero, bias] = node.inputs as [
      ...[string, string, string, string],
      ...(string | undefined)[],
    ];
    const left = dequantized(g, a, aScale, aZero);
    return plus(g, node, [left, dequantized(g, b, bScale, bZero, { axis: -1 })], bias);
  },
  "com.microsoft.QAttention": (g, node) => {
    const [x, w, bias, xScale, wScale, mask = "", xZero, wZero, past = ""] = node.inputs as [
      ...[string, string, string, string, string],
      ...(string | undefined)[],
    ];
    const [real, weights] = [
      dequantized(g, x, xScale, xZero),
      dequantized(g, w, wScale, wZero, { axis: -1 }),
    ];
    return { ...node, op: "com.microsoft.Attention", inputs: [real, weights, bias, mask, past] };
  },
  "com.microsoft.DynamicQuantizeMatMul": (g, node) => {
    const [a, b, bScale, bZero, bias] = node.inputs as [
      ...[string, string, string],
      ...(string | undefined)[],
    ];
    const [bytes, scale, zero] = g.ops("DynamicQuantizeLinear", [a], 3) as [string, string, string];
    const left = dequantized(g, bytes, scale, zero);
    return plus(g, node, [left, dequantized(g, b, bScale, bZero, { axis: -1 })], bias);
  },
};

/**
 * x − zero, in floats; a list of zero points lies along `axis`. Weights are cast, which runtimes do once, when they open the graph;
 * activations are dequantized with steps of 1, which gradients go through.
 */
function counted(g: Builder, x: string, zero: string | undefined, axis = 1): string {
  if (!g.nodes.some(({ outputs }) => outputs.includes(x))) return countedWeights(g, x, zero, axis);
  const count = zero ? Number(g.dims(zero).at(-1) ?? 1) : 1;
  const ones = new Array<number>(count).fill(1);
  const one = g.constant(tensor("float32", ones, zero ? (g.dims(zero) as number[]) : []));
  return dequantized(g, x, one, zero, { axis });
}

function countedWeights(g: Builder, x: string, zero: string | undefined, axis: number): string {
  const [floats, offset] = [x, zero].map(
    (value) => value && g.op("Cast", [value], { to: "float32" }),
  );
  if (!offset) return floats!;
  const rank = g.dims(x).length;
  const after = new Array<number>(rank - 1 - ((axis + rank) % rank)).fill(1);
  const dims = g.dims(offset);
  return g.op("Sub", [
    floats!,
    dims.length === 1 ? g.reshape(offset, [...dims, ...after]) : offset,
  ]);
}

/** The node's output: the product of two factors and, where there is one, a bias. */
function plus(g: Builder, node: Node, factors: readonly string[], bias: string | undefined): Node {
  if (!bias) return { ...node, op: "MatMul", inputs: factors, attributes: {} };
  return { ...node, op: "Add", inputs: [g.op("MatMul", factors), bias], attributes: {} };
}
