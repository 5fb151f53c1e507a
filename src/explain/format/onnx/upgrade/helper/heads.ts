import type { Builder } from "../../../../graph/builder";
import type { Node } from "../../../../graph/graph";
import { last, permuted } from "./step";

/** [N, L, H·d] → [N, H, L, d] */
export function splitHeads(g: Builder, x: string, heads: number): string {
  return permuted(g, g.op("Reshape", [x, g.ints([0, 0, heads, -1])]), [0, 2, 1, 3]);
}

/** [N, H, L, d] → [N, L, H·d], as the node's last step. */
export function joinHeads(g: Builder, node: Node, x: string): Node {
  return last(node, "Reshape", [permuted(g, x, [0, 2, 1, 3]), g.ints([0, 0, -1])]);
}

/** [N, H, S, d] → [N, heads, S, d]: each of fewer heads is repeated for its group of queries. */
export function repeatHeads(g: Builder, x: string, heads: number): string {
  const own = g.dims(x)[1];
  if (own === heads || typeof own !== "number") return x;
  const group = g.ints([1, 1, heads / own, 1, 1]);
  const repeated = g.op("Expand", [g.op("Unsqueeze", [x, g.ints([2])]), group]);
  const target = g.op("Concat", [g.ints([0, heads]), g.op("Shape", [x], { start: 2 })], {
    axis: 0,
  });
  return g.op("Reshape", [repeated, target]);
}
