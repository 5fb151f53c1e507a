import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";
import { maybeFloat, maybeInt } from "../../../op/helper/attribute";
import type { Refuse } from "../attribute";
import { dtypeOf } from "../elementType";
import { numberOf } from "./helper/attribute";
import { joinHeads, repeatHeads, splitHeads } from "./helper/heads";
import { maskWhere, perImage, sumOf, withinLength, withinReach, type Reach } from "./helper/mask";
import { alsoMakes, last, sizeAlong } from "./helper/step";
import { scaledDotProduct, type Stage } from "./helper/scaledDotProduct";
import type { Rule } from "./upgrade";

/** What can be asked for as the fourth output, by `qk_matmul_output_mode`. */
const stages: readonly Stage[] = ["scores", "capped", "masked", "weights"];

/**
 * Attention of opset 23 and newer, taken apart: https://onnx.ai/onnx/operators/onnx__Attention.html
 *
 * Q, K, V are [N, L, H·d] with the numbers of heads as attributes, or [N, H, L, d].
 */
function attention(g: Builder, node: Node, refuse: Refuse): Node {
  const { q, k, v } = operands(g, node, refuse);
  const heads = g.dims(q)[1];
  if (typeof heads !== "number") throw refuse("has an unknown number of heads");
  const [, , , mask, , , lengths] = node.inputs;
  const reach = reachOf(node);
  const precision = maybeInt(node, "softmax_precision");
  const { y, stage } = scaledDotProduct(g, {
    q,
    k: repeatHeads(g, k, heads),
    v: repeatHeads(g, v, heads),
    scale: maybeFloat(node, "scale"),
    softcap: maybeFloat(node, "softcap"),
    mask: maskOf(g, node, q, k, reach),
    mayHideAll: Boolean(mask || lengths) || reach.left < Infinity,
    precision: precision === undefined ? undefined : dtypeOf(precision),
  });
  alsoMakes(g, node, 1, () => k);
  alsoMakes(g, node, 2, () => v);
  alsoMakes(g, node, 3, () => stage(stages[numberOf(node, "qk_matmul_output_mode", 0)]!));
  return isFlat(g, node) ? joinHeads(g, node, y) : last(node, "Identity", [y]);
}

function isFlat(g: Builder, node: Node): boolean {
  return g.dims(node.inputs[0]!).length === 3;
}

/** q, k, v with their own heads, keys and values of the past in front. */
function operands(g: Builder, node: Node, refuse: Refuse) {
  const [query, key, value, , pastKey, pastValue] = node.inputs;
  const heads = (x: string, attribute: string) => {
    if (!isFlat(g, node)) return x;
    const count = maybeInt(node, attribute);
    if (!count) throw refuse(`has inputs of three axes, but no ${attribute}`);
    return splitHeads(g, x, count);
  };
  const behind = (past: string | undefined, x: string) =>
    past ? g.op("Concat", [past, x], { axis: 2 }) : x;
  return {
    q: heads(query!, "q_num_heads"),
    k: behind(pastKey, heads(key!, "kv_num_heads")),
    v: behind(pastValue, heads(value!, "kv_num_heads")),
  };
}

/** −1 means without bound; causal attention looks no further than the query itself. */
function reachOf(node: Node): Reach {
  const bound = (name: string) => {
    const size = numberOf(node, name, -1);
    return size < 0 ? Infinity : size;
  };
  const isCausal = maybeInt(node, "is_causal") === 1;
  return {
    left: bound("left_window_size"),
    right: isCausal ? 0 : bound("right_window_size"),
  };
}

/** The sum of the given mask, of what lies out of reach, and of what is padding. */
function maskOf(g: Builder, node: Node, q: string, k: string, reach: Reach): string | undefined {
  const [, , , mask, pastKey, , lengths] = node.inputs;
  const length = () => sizeAlong(g, q, 2);
  const offset = pastKey
    ? sizeAlong(g, pastKey, 2)
    : lengths && g.op("Sub", [perImage(g, lengths), length()]);
  const reached = withinReach(g, q, k, reach, offset);
  return sumOf(g, [
    mask && givenMask(g, mask, q, k),
    reached && maskWhere(g, reached, q),
    lengths && maskWhere(g, withinLength(g, k, lengths), q),
  ]);
}

/** The mask as a term, where it ends before the keys do with −∞ behind it. */
function givenMask(g: Builder, mask: string, q: string, k: string): string {
  const term = g.type(mask) === "bool" ? maskWhere(g, mask, q) : mask;
  const [have, want] = [g.dims(mask).at(-1)!, g.dims(k)[2]!];
  if (have === want || have === 1) return term;
  const missing = g.op("Sub", [sizeAlong(g, k, 2), sizeAlong(g, mask, g.dims(mask).length - 1)]);
  const pads = g.op("Concat", [g.ints([0]), missing], { axis: 0 });
  return g.op("Pad", [term, pads, g.scalar(-Infinity, q), g.ints([-1])]);
}

export const attentions: readonly Rule[] = [{ op: "Attention", upgrade: attention }];
