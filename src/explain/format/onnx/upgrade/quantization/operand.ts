import type { Builder } from "../../../../graph/builder";
import type { Attributes, Node } from "../../../../graph/graph";

/** The real numbers of a quantized operand, whose integers, scale and zero point are three inputs in a row from `at` on. */
export function operand(g: Builder, node: Node, at: number, attributes: Attributes = {}): string {
  const [x, scale, zero] = node.inputs.slice(at, at + 3);
  return dequantized(g, x!, scale!, zero, attributes);
}

/** (x − zero) · scale; without a zero point it is 0. */
export function dequantized(
  g: Builder,
  x: string,
  scale: string,
  zero?: string,
  attributes: Attributes = {},
): string {
  return g.op("DequantizeLinear", zero ? [x, scale, zero] : [x, scale], attributes);
}

/** The node's output: `real`, quantized by the scale and the zero point that are its inputs from `at` on. */
export function quantized(node: Node, real: string, at: number): Node {
  const [scale, zero] = node.inputs.slice(at, at + 2);
  const inputs = zero ? [real, scale!, zero] : [real, scale!];
  return { ...node, op: "QuantizeLinear", inputs, attributes: {} };
}

/** The bias of a quantized product: int32, in steps of the product of its factors' scales (and of `alpha`), one along `axis`. */
export function bias(
  g: Builder,
  x: string,
  scales: readonly [string, string],
  axis: number,
  alpha = 1,
): string {
  const step = g.op("Mul", [...scales]);
  const scaled = alpha === 1 ? step : g.op("Mul", [step, g.scalar(alpha, step)]);
  return dequantized(g, x, scaled, undefined, { axis });
}

/** `work` on a value whose channels come first, where the node keeps them last. */
export function channelsFirst(
  g: Builder,
  isLast: boolean,
  x: string,
  work: (x: string) => string,
): string {
  if (!isLast) return work(x);
  const axes = g.dims(x).map((_, axis) => axis);
  const [batch, ...rest] = axes as [number, ...number[]];
  const first = g.op("Transpose", [x], { perm: [batch, rest.at(-1)!, ...rest.slice(0, -1)] });
  return g.op("Transpose", [work(first)], { perm: [batch, ...rest.slice(1), 1] });
}

/** The node's attributes but those named. */
export function attributesWithout(node: Node, ...names: readonly string[]): Attributes {
  return Object.fromEntries(
    Object.entries(node.attributes).filter(([name]) => !names.includes(name)),
  );
}
