import type { VersionedNode } from "./function";
import { namesRead } from "./subgraph";

/**
 * The nodes so that each comes after those it reads from, otherwise as they stand. Files should be sorted, but some tools' are
 * not. Nodes on a cycle come last, so that whoever adds them in order finds the missing value.
 */
export function inOrder(nodes: readonly VersionedNode[]): VersionedNode[] {
  const pending = new Set(nodes.flatMap(({ node }) => node.output));
  pending.delete("");
  const order: VersionedNode[] = [];
  let waiting = nodes;
  for (;;) {
    const blocked = waiting.filter((item) => {
      if (namesRead(item.node).some((name) => pending.has(name))) return true;
      item.node.output.forEach((name) => pending.delete(name));
      order.push(item);
      return false;
    });
    if (blocked.length === 0) return order;
    if (blocked.length === waiting.length) return [...order, ...blocked];
    waiting = blocked;
  }
}
