import type { Builder } from "../../graph/builder";
import type { Node } from "../../graph/graph";
import { operators } from "../../op/index";
import type { Backward, Cotangent, Vjp } from "../../op/op";

/** So small that it changes no sum of activations, and keeps 0 from being divided by 0: p ⊘ 0 is then multiplied by 0. As in TorchRay. */
export const tiny = 1e-20;

/** p ⊘ z of a sum z ≥ 0 that has {@link tiny} in it. */
export function perUnit(g: Builder, p: string, z: string): string {
  return g.op("Div", [p, z]);
}

/** A node's own vector-Jacobian product, with other inputs and another cotangent of its one output. */
export function ownVjp(
  g: Builder,
  backward: Backward,
  inputs: readonly string[],
  dy: string,
): (Cotangent | null)[] {
  const { node, outputs } = backward;
  return vjpOf(node)(g, { node, inputs, outputs, dys: [dy], dy });
}

/** The operator's own backward rule; every operator that a rule of excitation backprop names has one. */
export function vjpOf({ op }: Pick<Node, "op">): Vjp {
  return operators.get(op)!.vjp!;
}
