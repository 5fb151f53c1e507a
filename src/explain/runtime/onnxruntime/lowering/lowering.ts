import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";

/** How one of Sightline's own operators is said in the public operators that onnxruntime has kernels for. */
export interface Lowering {
  readonly op: string;
  /** Adds the public nodes to `g` and returns the values that stand for the node's outputs. */
  lower(g: Builder, node: Node): string[];
}
