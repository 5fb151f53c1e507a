import type { Builder } from "../../graph/builder";
import type { Node } from "../../graph/graph";
import type { Step } from "../../op/op";
import { scale, shift } from "../../op/helper/rule";
import { factored } from "./share";

/**
 * The rule for a sum of two values, such as a residual connection: p_i = p·x_i/(x_1 + x_2), and 0 where the sum is 0; a difference is the sum with −x_2. Where `isCut` the step
 * ends behind a Relu of the sum: where that makes it 0, no winner is behind it.
 */
export function shareOfSum({ op, inputs }: Node, isCut: boolean): Step {
  return {
    inputs,
    vjp: (g, { outputs: [y], dy }) => {
      let share: string | undefined;
      return inputs.map((x, i) => () => {
        share ??= perSum(g, dy, y!, isCut);
        return g.op("Mul", [share, scale(g, x, op === "Sub" && i === 1 ? -1 : 1)]);
      });
    },
  };
}

/** p ⊘ y; where p is r ⊙ y already, r where y is not cut. */
function perSum(g: Builder, p: string, y: string, isCut: boolean): string {
  const { r, x } = (isCut && factored(g, p)) || {};
  if (r !== undefined && x === y) return g.op("ClipGrad", [y, r], { low: 0 });
  return g.op("Mul", [p, inverse(g, y)]);
}

/** 1/y, and 0 where y is 0. */
function inverse(g: Builder, y: string): string {
  return g.op("Div", [y, shift(g, g.op("Mul", [y, y]), smallest)]);
}

/** Below the square of any activation. */
const smallest = 1e-35;
