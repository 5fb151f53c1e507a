import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";

/**
 * How an operator is said in public ones that onnxruntime runs, and runs fast: one of Sightline's own, or a public one in a form that
 * onnxruntime has trouble with.
 */
export interface Lowering {
  readonly op: string;
  /** Adds the public nodes to `g` and returns the values that stand for the node's outputs; `undefined` = it may stay as it is. */
  lower(g: Builder, node: Node): string[] | undefined;
}
