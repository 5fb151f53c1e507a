import type { Node } from "./graph";
import { neededNodes } from "./prune";

/** Operators whose output depends on how large a value is, not on its numbers. */
const sizing: ReadonlySet<string> = new Set(["Shape", "Size"]);

/** The nodes on a path that numbers take from any of the values `from` to the value `to`, in topological order. */
export function nodesBetween(nodes: readonly Node[], from: readonly string[], to: string): Node[] {
  const reached = new Set(from);
  const forward = nodes.filter((node) => {
    const depends = !sizing.has(node.op) && node.inputs.some((input) => reached.has(input));
    if (depends) node.outputs.forEach((output) => output && reached.add(output));
    return depends;
  });
  return neededNodes(forward, new Set([to]));
}
