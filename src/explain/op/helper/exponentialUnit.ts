import type { Builder } from "../../graph/builder";
import { map } from "./elementwise";
import type { Tensor } from "../../tensor";
import { mask, scale } from "./rule";

/** Elu and Selu: gamma·x above 0, gamma·alpha·(eˣ − 1) below. */
export function exponentialUnit(x: Tensor, alpha: number, gamma: number): Tensor {
  return map(x, (v) => gamma * (v > 0 ? v : alpha * Math.expm1(v)));
}

/** Its gradient: gamma above 0, gamma·alpha·eˣ at and below 0. */
export function exponentialUnitGradient(
  g: Builder,
  x: string,
  dy: string,
  alpha: number,
  gamma: number,
): string {
  const zero = g.scalar(0, x);
  // alpha·e^min(x,0) is alpha above 0: what it lacks there is 1 − alpha.
  const exponential = scale(g, g.op("Exp", [g.op("Min", [x, zero])]), alpha);
  if (alpha === 1) return g.op("Mul", [dy, scale(g, exponential, gamma)]);
  const rest = scale(g, mask(g, g.op("Greater", [x, zero]), x), 1 - alpha);
  return g.op("Mul", [dy, scale(g, g.op("Add", [exponential, rest]), gamma)]);
}
