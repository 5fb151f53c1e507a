import type { VersionedNode } from "./function";
import { namesRead } from "./subgraph";

/**
 * The nodes so that each comes after those it reads from, otherwise as they stand. Files should be sorted, but some tools' are
 * not. Nodes on a cycle come last, so that whoever adds them in order finds the missing value.
 */
export function inOrder(nodes: readonly VersionedNode[]): VersionedNode[] {
  const { readers, waitsFor } = dependencies(nodes);
  const order = new Set<number>();
  nodes.forEach((_, here) => {
    const ready = waitsFor[here] === 0 && !order.has(here) ? [here] : [];
    for (let i = ready.pop(); i !== undefined; i = ready.pop()) {
      order.add(i);
      for (const reader of readers[i]!) {
        waitsFor[reader]!--;
        // Those that stand behind have their turn still to come.
        if (waitsFor[reader] === 0 && reader < here) ready.push(reader);
      }
    }
  });
  nodes.forEach((_, i) => order.add(i));
  return Array.from(order, (i) => nodes[i]!);
}

/** For each node the places of those that read from it, and how many it reads from itself. */
function dependencies(nodes: readonly VersionedNode[]) {
  const makers = new Map<string, number>();
  nodes.forEach(({ node }, i) => node.output.forEach((name) => name && makers.set(name, i)));
  const readers = nodes.map((): number[] => []);
  const waitsFor = nodes.map(({ node }, i) => {
    const before = new Set(namesRead(node).flatMap((name) => makers.get(name) ?? []));
    before.forEach((maker) => readers[maker]!.push(i));
    return before.size;
  });
  return { readers, waitsFor };
}
