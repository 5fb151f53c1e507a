import type { Node } from "../../graph/graph";
import type { Step } from "../../op/op";
import { shift } from "../../op/helper/rule";
import { perUnit, tiny, vjpOf } from "./share";
import { isNonNegative } from "./sign";
import { liveInputs, type Way } from "./way";

/**
 * The rule for means and sums of neighbours, layers whose weights are all positive: p' = x ⊙ fᵀ(p ⊘ f(x)) — Zhang et al., ECCV 2016, §3.2. Where x may be negative, its
 * positive part alone excites.
 */
export function shareOfMean(way: Way, node: Node): Step | undefined {
  const [at, ...others] = liveInputs(way, node);
  if (at === undefined || others.length > 0) return undefined;
  const x = node.inputs[at]!;
  return {
    inputs: [x],
    vjp: (g, backward) => [
      () => {
        const isWhole = isNonNegative(way, x);
        const positive = isWhole ? x : g.op("Relu", [x]);
        const inputs = node.inputs.with(at, positive);
        const mean = isWhole ? backward.outputs[0]! : g.op(node.op, inputs, node.attributes);
        const share = perUnit(g, backward.dy, shift(g, mean, tiny));
        const { outputs } = backward;
        const thunks = vjpOf(node)(g, { node, inputs, outputs, dys: [share], dy: share });
        return g.op("Mul", [thunks[at]!(), positive]);
      },
    ],
  };
}
