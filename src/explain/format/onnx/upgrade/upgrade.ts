import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";
import type { Refuse } from "../attribute";

/**
 * Rewrites one node from an other form into that of the graph's opset. What it needs before the node it adds to `g`; the node
 * it returns makes the same outputs.
 */
export type Upgrade = (g: Builder, node: Node, refuse: Refuse) => Node;

/** One change between the forms of an operator. */
export interface Rule {
  readonly op: string;
  /** Applies to files of an opset below this one; absent = to all. */
  readonly below?: number;
  readonly upgrade: Upgrade;
}
