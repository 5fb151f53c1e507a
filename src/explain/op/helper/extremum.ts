import type { Builder } from "../../graph/builder";
import type { Backward, Cotangent } from "../op";
import { mask } from "./rule";

/** Backward rule of Max and Min of several inputs: of equal ones the first takes the gradient. */
export function toFirstEqual(g: Builder, { inputs, outputs: [y], dy }: Backward): Cotangent[] {
  const equals = (input: string) => g.op("Equal", [input, y!]);
  return inputs.map((input, i) => () => {
    const chosen = equals(input);
    if (i === 0) return g.op("Mul", [dy, mask(g, chosen, y!)]);
    const taken = inputs
      .slice(0, i)
      .map(equals)
      .reduce((a, b) => g.op("Or", [a, b]));
    return g.op("Mul", [dy, mask(g, g.op("And", [chosen, g.op("Not", [taken])]), y!)]);
  });
}
