import type { Builder } from "../../../../graph/builder";
import type { Attributes, Node } from "../../../../graph/graph";
import { attributesBut } from "../../../../op/helper/attribute";
import { channelsFirst, channelsLast } from "../helper/step";

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

/** `op` on a value whose channels come first, where the node may keep them last; `others` are its further inputs. */
export function onChannels(
  g: Builder,
  node: Node,
  op: string,
  x: string,
  others: readonly string[] = [],
): string {
  const own = attributesBut(node, "channels_last");
  if (node.attributes.channels_last !== 1) return g.op(op, [x, ...others], own);
  return channelsLast(g, g.op(op, [channelsFirst(g, x), ...others], own));
}
