import type { Builder } from "../../graph/builder";
import { printDims } from "../../graph/dim";
import type { Node } from "../../graph/graph";
import { operators } from "../../op/index";
import type { Vjp } from "../../op/op";

/** So small that it changes no sum of activations, and keeps 0 from being divided by 0: p ⊘ 0 is multiplied by 0 then. As in TorchRay. */
export const tiny = 1e-20;

/**
 * p ⊘ z, for a sum z ≥ 0 that has {@link tiny} in it. Where p is r ⊙ x, as layers with weights make it, r ⊙ (x ⊘ z): for all classes one division, and the product r ⊙ x
 * need not be made.
 */
export function perUnit(g: Builder, p: string, z: string): string {
  const { r, x } = factored(g, p) ?? {};
  if (r === undefined || x === undefined || printDims(g.dims(x)) !== printDims(g.dims(z))) {
    return g.op("Div", [p, z]);
  }
  return g.op("Mul", [r, g.op("Div", [x, z])]);
}

/** p as r ⊙ x, where it is such a product or a sum of products with the same x. */
export function factored(
  g: Builder,
  p: string,
): { readonly r: string; readonly x: string } | undefined {
  const { op, inputs } = g.maker(p) ?? {};
  if (op === "Mul") return { r: inputs![0]!, x: inputs![1]! };
  if (op !== "Add") return undefined;
  const [first, second] = inputs!.map((input) => factored(g, input));
  if (!first || !second || first.x !== second.x) return undefined;
  return { r: g.op("Add", [first.r, second.r]), x: first.x };
}

/** The operator's own backward rule; every operator that a rule of excitation backprop names has one. */
export function vjpOf({ op }: Pick<Node, "op">): Vjp {
  return operators.get(op)!.vjp!;
}
