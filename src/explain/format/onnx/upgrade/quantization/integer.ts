import { GraphError } from "../../../../error";
import type { Builder } from "../../../../graph/builder";
import { isConcrete, printDims } from "../../../../graph/dim";
import type { Node } from "../../../../graph/graph";
import { sizeOf, tensor } from "../../../../tensor";
import type { Upgrade } from "../upgrade";
import { dequantized } from "./operand";

/**
 * Products of integers, as products of the same whole numbers in floats: exact as long as sums stay below 2^24, and rounded beyond as by
 * the Cast that follows. Their int32 results are floats here. Matrix products are dequantized with steps of 1 on both sides, which
 * onnxruntime makes one kernel on integers of; it has none for convolutions, whose weights are cast once, when the graph is opened.
 */
export const integer: Readonly<Record<string, Upgrade>> = {
  ConvInteger: (g, node) => {
    const [x, w, xZero, wZero] = node.inputs as [string, string, string?, string?];
    const isWeight = !g.maker(w);
    const filter = isWeight ? countedOnce(g, w, wZero, 0) : counted(g, w, wZero, 0);
    return { ...node, op: "Conv", inputs: [counted(g, x, xZero), filter] };
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

/** As many zero points are taken: one for each channel. */
const mostZeros = 2 ** 20;

/** x − zero, in floats that gradients go through; a list of zero points lies along `axis`. */
function counted(g: Builder, x: string, zero: string | undefined, axis = 1): string {
  const dims = zero ? g.dims(zero) : [];
  if (!isConcrete(dims) || sizeOf(dims) > mostZeros) {
    throw new GraphError(x, `has zero points of the shape ${printDims(dims)}`);
  }
  const ones = new Array<number>(sizeOf(dims)).fill(1);
  return dequantized(g, x, g.constant(tensor("float32", ones, dims)), zero, { axis });
}

/** x − zero of weights, in operators that runtimes fold. */
function countedOnce(g: Builder, x: string, zero: string | undefined, axis: number): string {
  const floats = (value: string) => g.op("Cast", [value], { to: "float32" });
  if (!zero) return floats(x);
  const after = g.dims(x).slice(axis + 1);
  const [count] = g.dims(zero);
  const offset = count === undefined ? zero : g.reshape(zero, [count, ...after.map(() => 1)]);
  return g.op("Sub", [floats(x), floats(offset)]);
}

/** The node's output: the product of two factors and, where there is one, a bias. */
function plus(g: Builder, node: Node, factors: readonly string[], bias: string | undefined): Node {
  if (!bias) return { ...node, op: "MatMul", inputs: factors, attributes: {} };
  return { ...node, op: "Add", inputs: [g.op("MatMul", factors), bias], attributes: {} };
}
