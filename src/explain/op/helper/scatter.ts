import type { Builder } from "../../graph/builder";
import { text } from "./attribute";
import { perClass, zeroValue } from "./cotangent";
import { mask } from "./rule";
import type { Backward, Cotangent } from "../op";

/** What becomes of an old number and the update that meets it. */
export const merging: Readonly<Record<string, (old: number, update: number) => number>> = {
  none: (_old, update) => update,
  add: (old, update) => old + update,
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
};

/** How one scattering operator picks from, and writes to, the places that its indices name. */
export interface Places {
  /** What lies at the places, of the data or of a cotangent of it. */
  gather(value: string, kind: "data" | "cotangent"): string;
  /** A cotangent of the data, with `updates` (of a cotangent's shape) written to the places. */
  scatter(into: string, updates: string, reduction: string): string;
}

/**
 * Backward rule of ScatterElements and ScatterND. With `none` no place may be named twice, as the specification asks; with `mul` an update of 0
 * takes it to be the only one of its place. Where data and update are equal, `max` and `min` send the gradient to the data.
 */
export function scatterRule(
  g: Builder,
  backward: Backward,
  { gather, scatter }: Places,
): (Cotangent | null)[] {
  const { node, inputs, outputs, dy } = backward;
  const [x, , updates] = inputs as [string, string, string];
  const y = outputs[0]!;
  const picked = () => gather(dy, "cotangent");
  const rules: Readonly<Record<string, readonly [data: Cotangent, updates: Cotangent]>> = {
    add: [() => dy, picked],
    none: [() => scatter(dy, zeroValue(g, g.cotangentDims(updates), updates), "none"), picked],
    mul: [() => scatter(dy, perClass(g, updates), "mul"), () => g.op("Mul", [picked(), others()])],
    max: extreme(),
    min: extreme(),
  };
  const [data, update] = rules[text(node, "reduction")]!;
  return [data, null, update];

  /** What each update is multiplied with: the data and the other updates of its place. */
  function others(): string {
    const isZero = g.op("Equal", [updates, g.scalar(0, updates)]);
    const divisor = g.op("Where", [isZero, g.scalar(1, updates), updates]);
    const quotient = g.op("Div", [gather(y, "data"), divisor]);
    return g.op("Where", [isZero, gather(x, "data"), quotient]);
  }

  function extreme(): readonly [Cotangent, Cotangent] {
    return [
      () => g.op("Mul", [dy, mask(g, g.op("Equal", [y, x]), y)]),
      () => {
        const [before, after] = [gather(x, "data"), gather(y, "data")];
        const isNew = g.op("Not", [g.op("Equal", [before, after])]);
        const chosen = g.op("And", [isNew, g.op("Equal", [updates, after])]);
        return g.op("Mul", [picked(), mask(g, chosen, y)]);
      },
    ];
  }
}
