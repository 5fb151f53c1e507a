import type { Builder } from "../graph/builder";
import { broadcast, mapPairs } from "./helper/elementwise";
import type { Op } from "./op";
import { scale, shift } from "./helper/rule";

/** Pow: https://onnx.ai/onnx/operators/onnx__Pow.html. The result has the element type of the base. */
export const pow: Op = {
  name: "Pow",
  shape: (context) => broadcast(context),
  eval: ([a, b]) => [mapPairs(a!, b!, Math.pow)],
  vjp: (g, { inputs: [a, b], outputs: [y], dy }) => [
    () => {
      const fixed = fixedExponent(g, b!);
      if (fixed !== undefined) return powerRule(g, a!, fixed, dy);
      const exponent = sameType(g, b!, a!);
      const slope = g.op("Mul", [exponent, g.op("Pow", [a!, shift(g, exponent, -1)])]);
      return chooseZero(g, g.op("Equal", [exponent, g.scalar(0, a!)]), g.op("Mul", [dy, slope]));
    },
    () => {
      const slope = g.op("Mul", [y!, g.op("Log", [a!])]);
      return chooseZero(g, g.op("Equal", [a!, g.scalar(0, a!)]), g.op("Mul", [dy, slope]));
    },
  ],
};

/** The exponent that is the same for all elements and known before running, as in squares and roots. */
function fixedExponent(g: Builder, exponent: string): number | undefined {
  const known = g.known(exponent);
  return known?.length === 1 && typeof known[0] === "number" ? known[0] : undefined;
}

/** dy · e · aᵉ⁻¹ */
function powerRule(g: Builder, a: string, exponent: number, dy: string): string {
  if (exponent === 0) return g.op("Mul", [dy, g.scalar(0, a)]);
  if (exponent === 1) return dy;
  const power = exponent === 2 ? a : g.op("Pow", [a, g.scalar(exponent - 1, a)]);
  return g.op("Mul", [dy, scale(g, power, exponent)]);
}

/** ONNX lets the exponent have an element type of its own. */
function sameType(g: Builder, value: string, like: string): string {
  return g.type(value) === g.type(like) ? value : g.op("Cast", [value], { to: g.type(like) });
}

/** 0 where `condition` holds: a product with a mask would keep the NaN of 0·log 0 or of 0⁰⁻¹. */
function chooseZero(g: Builder, condition: string, value: string): string {
  return g.op("Where", [condition, g.scalar(0, value), value]);
}
