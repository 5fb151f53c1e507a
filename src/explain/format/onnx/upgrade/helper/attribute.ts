import type { Node } from "../../../../graph/graph";

/** A number among a node's attributes, or what it is by default. */
export function numberOf(node: Node, name: string, fallback: number): number {
  const value = node.attributes[name];
  return typeof value === "number" ? value : fallback;
}

/** A number among a node's attributes, if it is there. */
export function maybeNumber(node: Node, name: string): number | undefined {
  const value = node.attributes[name];
  return typeof value === "number" ? value : undefined;
}
