import type { Builder } from "../../../../graph/builder";
import { divideDims } from "../../../../graph/dim";
import type { Node } from "../../../../graph/graph";
import { maybeFloat, maybeInt } from "../../../../op/helper/attribute";
import type { Refuse } from "../../attribute";
import { numberOf } from "../helper/attribute";
import { joinHeads, splitHeads } from "../helper/heads";
import { maskWhere, perImage, sumOf, withinReach } from "../helper/mask";
import { alsoMakes, permuted, sizeAlong } from "../helper/step";
import { scaledDotProduct } from "../helper/scaledDotProduct";
import { placesAlong } from "../helper/shape";
import type { Upgrade } from "../upgrade";

/** Queries, keys and values with their heads: [N, H, L, d]. */
interface Operands {
  readonly q: string;
  readonly k: string;
  readonly v: string;
}

/** One projection [C, 3·hidden] for queries, keys and values: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.Attention */
function attention(g: Builder, node: Node, refuse: Refuse): Node {
  refuseSharedBuffers(node, 6, refuse);
  if (maybeInt(node, "do_rotary") === 1) {
    throw refuse("turns its queries and keys (do_rotary = 1), which is not supported");
  }
  const [x, weights, bias, mask, past, term] = node.inputs as [string, string, ...string[]];
  const product = g.op("MatMul", [x, weights]);
  const projected = bias ? g.op("Add", [product, bias]) : product;
  const sizes = node.attributes.qkv_hidden_sizes as readonly number[] | undefined;
  const parts = sizes
    ? g.ops("Split", [projected, g.ints(sizes)], 3, { axis: -1 })
    : g.ops("Split", [projected], 3, { axis: -1, num_outputs: 3 });
  const heads = headsOf(node, refuse);
  const [q, key, value] = parts.map((part) => splitHeads(g, part, heads)) as [string, ...string[]];
  const before = past && g.ops("Split", [past], 2, { axis: 0, num_outputs: 2 });
  const behind = (i: number, part: string) =>
    before ? g.op("Concat", [g.op("Squeeze", [before[i]!, g.ints([0])]), part], { axis: 2 }) : part;
  const operands = { q: q!, k: behind(0, key!), v: behind(1, value!) };
  alsoMakes(g, node, 1, () => {
    const both = [operands.k, operands.v].map((part) => g.op("Unsqueeze", [part, g.ints([0])]));
    return g.op("Concat", both, { axis: 0 });
  });
  return attended(g, node, operands, { mask, term, refuse });
}

/** Queries, keys and values apart, or packed: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MultiHeadAttention */
function multiHeadAttention(g: Builder, node: Node, refuse: Refuse): Node {
  refuseSharedBuffers(node, 8, refuse);
  const [, , , , mask, term, pastKey, pastValue] = node.inputs;
  const own = operandsOf(g, node, refuse);
  const behind = (past: string | undefined, part: string) =>
    past ? g.op("Concat", [past, part], { axis: 2 }) : part;
  const operands = { q: own.q, k: behind(pastKey, own.k), v: behind(pastValue, own.v) };
  alsoMakes(g, node, 1, () => operands.k);
  alsoMakes(g, node, 2, () => operands.v);
  return attended(g, node, operands, { mask, term, refuse });
}

function operandsOf(g: Builder, node: Node, refuse: Refuse): Operands {
  const [query, key, value, bias] = node.inputs as [string, string, string, string];
  const heads = headsOf(node, refuse);
  const biases = bias ? biasParts(g, node, bias) : [];
  if (g.dims(query).length === 5) {
    const [q, k, v] = unpacked(g, query, 3, biases);
    return { q: q!, k: k!, v: v! };
  }
  const part = (x: string, i: number) =>
    splitHeads(g, biases[i] ? g.op("Add", [x, biases[i]]) : x, heads);
  const q = part(query, 0);
  const rank = g.dims(key).length;
  if (rank === 5) {
    const [k, v] = unpacked(g, key, 2, biases.slice(1));
    return { q, k: k!, v: v! };
  }
  // Keys and values that another node has made already: the bias is theirs no more.
  if (rank === 4) return { q, k: key, v: value };
  return { q, k: part(key, 1), v: part(value, 2) };
}

/** The biases of queries, keys and values, which lie one behind the other. */
function biasParts(g: Builder, node: Node, bias: string): string[] {
  const [query, , value] = node.inputs as [string, string, string];
  const dims = g.dims(query);
  const values = value && g.dims(value).length === 3 ? g.dims(value)[2] : undefined;
  const hidden = dims.length === 3 ? dims[2] : undefined;
  if (typeof hidden !== "number" || typeof values !== "number") {
    return g.ops("Split", [bias], 3, { axis: 0, num_outputs: 3 });
  }
  return g.ops("Split", [bias, g.ints([hidden, hidden, values])], 3, { axis: 0 });
}

/** [N, L, H, parts, d] → as many [N, H, L, d], each with its bias. */
function unpacked(g: Builder, x: string, parts: number, biases: readonly string[]): string[] {
  const pieces = g.ops("Split", [x], parts, { axis: 3, num_outputs: parts });
  return pieces.map((piece, i) => {
    const flat = g.op("Squeeze", [piece, g.ints([3])]);
    const heads = g.dims(flat)[2] as number;
    const bias = biases[i] && g.op("Reshape", [biases[i], g.ints([heads, -1])]);
    return permuted(g, bias ? g.op("Add", [flat, bias]) : flat, [0, 2, 1, 3]);
  });
}

interface Rest {
  readonly mask: string | undefined;
  readonly term: string | undefined;
  readonly refuse: Refuse;
}

/** The node's last steps. A token that only looks back sees those of the past and up to itself. */
function attended(g: Builder, node: Node, { q, k, v }: Operands, rest: Rest): Node {
  const length = () => sizeAlong(g, q, 2);
  const past = () => g.op("Sub", [sizeAlong(g, k, 2), length()]);
  const looksBack = maybeInt(node, "unidirectional") === 1;
  const reached = looksBack && withinReach(g, q, k, { left: Infinity, right: 0 }, past());
  const hidden = numberOf(node, "mask_filter_value", -10000);
  const allowed = rest.mask && keysOf(g, rest.mask, q, k, rest.refuse);
  const { y, stage } = scaledDotProduct(g, {
    ...{ q, k, v, scale: maybeFloat(node, "scale") || undefined },
    mask: sumOf(g, [
      rest.term || undefined,
      allowed ? maskWhere(g, allowed, q, hidden) : undefined,
      reached ? maskWhere(g, reached, q) : undefined,
    ]),
  });
  alsoMakes(g, node, 3, () => stage("masked"));
  return joinHeads(g, node, y);
}

/**
 * Which keys the integers of `mask` allow, as bool that broadcasts to [N, H, L, S]. They are 1 or 0 for each key, [N, S], for each query
 * and key, [N, L, S] or [N, 1, most, most], or they count the keys of each image, [N], or tell where they end and then where they
 * start, [2·N].
 */
function keysOf(g: Builder, mask: string, q: string, k: string, refuse: Refuse): string {
  const dims = g.dims(mask);
  if (dims.length === 1) return keysFromTo(g, mask, q, k, refuse);
  const flags = g.op("Cast", [mask], { to: "bool" });
  if (dims.length === 2) return g.op("Unsqueeze", [flags, g.ints([1, 2])]);
  if (dims.length === 3) return g.op("Unsqueeze", [flags, g.ints([1])]);
  const end = sizeAlong(g, k, 2);
  const start = g.op("Sub", [end, sizeAlong(g, q, 2)]);
  const rows = g.op("Slice", [flags, start, end, g.ints([2])]);
  return g.op("Slice", [rows, g.ints([0]), end, g.ints([3])]);
}

function keysFromTo(g: Builder, mask: string, q: string, k: string, refuse: Refuse): string {
  const batch = g.dims(q)[0]!;
  const lists = divideDims(g.dims(mask)[0]!, batch);
  if (lists !== 1 && lists !== 2) throw refuse("has a mask of a form that is not supported");
  const keys = placesAlong(g, k, 2);
  if (lists === 1) return g.op("Less", [keys, perImage(g, mask)]);
  const [ends, starts] = g.ops("Split", [mask], 2, { axis: 0, num_outputs: 2 });
  const started = g.op("GreaterOrEqual", [keys, perImage(g, starts!)]);
  return g.op("And", [g.op("Less", [keys, perImage(g, ends!)]), started]);
}

function headsOf(node: Node, refuse: Refuse): number {
  const heads = maybeInt(node, "num_heads");
  if (heads) return heads;
  throw refuse("does not say its number of heads");
}

/** From input number `first` on there is only what generators of text need. */
function refuseSharedBuffers(node: Node, first: number, refuse: Refuse): void {
  if (node.inputs.slice(first).some(Boolean)) {
    throw refuse("writes into a shared buffer of past tokens, which is not supported");
  }
}

export const attentions: Readonly<Record<string, Upgrade>> = {
  Attention: attention,
  MultiHeadAttention: multiHeadAttention,
};
