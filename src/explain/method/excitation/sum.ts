import type { Builder } from "../../graph/builder";
import type { Node } from "../../graph/graph";
import type { Step } from "../../op/op";
import { mask, scale } from "../../op/helper/rule";

/** The rule for a sum of two values, such as a residual connection: p_i = p·x_i/(x_1 + x_2), and 0 where the sum is 0; a difference is the sum with −x_2. */
export function shareOfSum({ op, inputs }: Node): Step {
  return {
    inputs,
    vjp: (g, { outputs: [y], dy }) => {
      const share = perSum(g, dy, y!);
      return inputs.map((x, i) => () => {
        const sign = op === "Sub" && i === 1 ? -1 : 1;
        return g.op("Mul", [share(), scale(g, x, sign)]);
      });
    },
  };
}

/** p/y, once for both. */
function perSum(g: Builder, p: string, y: string): () => string {
  let made: string | undefined;
  return () => (made ??= quotient(g, p, y));
}

/** p/y, 0 where y is 0. */
function quotient(g: Builder, p: string, y: string): string {
  const isZero = mask(g, g.op("Equal", [y, g.scalar(0, y)]), y);
  const quotient = g.op("Div", [p, g.op("Add", [y, isZero])]);
  return g.op("Mul", [quotient, g.op("Sub", [g.scalar(1, y), isZero])]);
}
