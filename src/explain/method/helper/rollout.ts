import type { Builder } from "../../graph/builder";
import { multiplyDims } from "../../graph/dim";
import type { Subject } from "../method";
import { findTokenAttention, type TokenAttention } from "../../model/tokenAttention";
import type { Anatomy } from "../../model/model";
import { tensor } from "../../tensor";
import { choice, real } from "../parameter";

/** How attention is brought to one matrix for each layer. */
export const rolloutParameters = {
  heads: choice({
    title: "Heads",
    meaning: "How the heads of a layer become one.",
    default: "mean",
    options: ["mean", "max", "min"],
  }),
  discarded: real({
    title: "Discarded",
    meaning: "The share of each layer's weights, the smallest ones, that count as 0.",
    unit: "share of the weights",
    default: 0,
    min: 0,
    max: 0.99,
  }),
};

/** The values of {@link rolloutParameters}. */
export interface Fusion {
  readonly heads: "mean" | "max" | "min";
  readonly discarded: number;
}

/** Why attention cannot be rolled out; `undefined` when it can. */
export function withoutRollout(title: string, { graph, anatomy }: Subject): string | undefined {
  const found = findTokenAttention(graph.nodes, anatomy);
  if (typeof found !== "string") return undefined;
  return `${title} needs a transformer whose tokens all attend to each other. ${found} Use Grad-CAM instead.`;
}

export function tokenAttention(g: Builder, anatomy: Anatomy): TokenAttention {
  const found = findTokenAttention(g.nodes, anatomy);
  if (typeof found === "string") throw new Error(found);
  return found;
}

/** Attention weights or their cotangent with its axes in the order [N,heads,queries,T], a class axis K in front where `lead` is 1. */
export function byHead(g: Builder, value: string, weights: string, { layouts }: Anatomy, lead = 0) {
  const layout = layouts.of(weights)!;
  const front = layout.slice(0, -2).flat();
  const size = (kind: string) =>
    multiplyDims(front.filter((item) => item.kind === kind).map((item) => item.size));
  const dims = g.dims(value);
  const shape = [...dims.slice(0, lead), size("batch"), size("channel"), ...dims.slice(-2)];
  return g.reshape(value, shape);
}

/** One matrix of the heads', without its smallest weights: […,heads,queries,T] to […,queries,T]. */
export function fuseHeads(g: Builder, matrices: string, { heads, discarded }: Fusion): string {
  const op = { mean: "ReduceMean", max: "ReduceMax", min: "ReduceMin" }[heads];
  const fused = g.op(op, [matrices, g.ints([-3])], { keepdims: 0 });
  const dims = g.dims(fused);
  const [queries, tokens] = dims.slice(-2) as [number, number];
  const kept = queries * tokens - Math.floor(queries * tokens * discarded);
  if (kept === queries * tokens) return fused;
  const flat = g.reshape(fused, [...dims.slice(0, -2), queries * tokens]);
  const [largest] = g.ops("TopK", [flat, g.ints([kept])], 2, { axis: -1 });
  const least = g.op("ReduceMin", [largest!, g.ints([-1])], { keepdims: 1 });
  const remains = g.op("Where", [g.op("Less", [flat, least]), g.scalar(0, flat), flat]);
  return g.reshape(remains, dims);
}

/** With what share the head reads each token, [1,1,T], where it is not a query that reads them. */
export function readShares(g: Builder, like: string, attention: TokenAttention): string {
  const { height, width, lead, trail, reads } = attention;
  const patches = height * width;
  const count = lead + patches + trail;
  const token = lead > 0 ? 0 : patches;
  const shares = Array.from({ length: count }, (_, i) => {
    if (reads === "token") return i === token ? 1 : 0;
    return i >= lead && i < lead + patches ? 1 / patches : 0;
  });
  return g.constant(tensor(g.type(like), shares, [1, 1, count]));
}

/** What of a row over tokens, […,N,1,T], lies on patches: […,N,h,w]. */
export function onGrid(g: Builder, row: string, { height, width, lead }: TokenAttention): string {
  const ends = [g.ints([lead]), g.ints([lead + height * width]), g.ints([-1])];
  const patches = g.op("Slice", [row, ...ends]);
  return g.reshape(patches, [...g.dims(row).slice(0, -2), height, width]);
}
