import type { Node } from "../../../../graph/graph";
import { maybeInt } from "../../../../op/helper/attribute";

/** A number among a node's attributes, or what it is by default. */
export function numberOf(node: Node, name: string, fallback: number): number {
  return maybeInt(node, name) ?? fallback;
}
