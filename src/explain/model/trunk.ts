import { nodesBetween } from "../graph/path";
import type { Graph } from "../graph/graph";
import { dtypes } from "../tensor";

/**
 * The values that every way from the image to the score goes through: the ends of blocks, such as the sum behind a residual branch. What
 * lies inside a block, or beside a shortcut, is not among them.
 */
export function trunkOf(graph: Graph, input: string, logit: string): ReadonlySet<string> {
  const nodes = nodesBetween(graph.nodes, [input], logit);
  const isFloat = (name: string) => dtypes[graph.types.get(name)!.type].float;
  const carried = new Set([input]);
  const lastUse = new Map<string, number>();
  for (const [i, { op, inputs, outputs }] of nodes.entries()) {
    // Numbers of another kind (indices, masks) carry nothing on, but the integers of a quantized value do.
    const carrying = outputs.filter((name) => name && (op === "QuantizeLinear" || isFloat(name)));
    const read = inputs.filter((name) => carried.has(name));
    if (read.length === 0 || carrying.length === 0) continue;
    for (const name of read) lastUse.set(name, i);
    for (const name of carrying) carried.add(name);
  }
  lastUse.set(logit, nodes.length);
  const trunk = new Set<string>();
  let busyUntil = lastUse.get(input) ?? 0;
  for (const [i, { outputs }] of nodes.entries()) {
    const used = outputs.filter((name) => lastUse.has(name));
    if (busyUntil <= i && used.length === 1) trunk.add(used[0]!);
    busyUntil = Math.max(busyUntil, ...used.map((name) => lastUse.get(name)!));
  }
  return trunk;
}
