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

/**
 * The values that the nodes from `from` to `to` read beside what they make, and that numbers of `source` reach: branches that go past `from`, such as
 * skip connections. In the order in which they are read.
 */
export function valuesBeside(
  nodes: readonly Node[],
  source: string,
  from: string,
  to: string,
): string[] {
  const behind = nodesBetween(nodes, [from], to);
  const made = new Set([from, ...behind.flatMap(({ outputs }) => outputs)]);
  const onWay = nodesBetween(nodes, [source], to).flatMap(({ outputs }) => outputs);
  const depends = new Set([source, ...onWay]);
  const read = new Set(behind.flatMap(({ inputs }) => inputs));
  return [...read].filter((value) => depends.has(value) && !made.has(value));
}
