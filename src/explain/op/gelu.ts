import type { Builder } from "../graph/builder";
import { text } from "./helper/attribute";
import { map, sameAsFirst } from "./helper/elementwise";
import { errorFunction } from "./helper/errorFunction";
import type { Op } from "./op";
import { oneMinusSquare, scale, shift } from "./helper/rule";

/** u = √(2/π)·(x + cubic·x³), the argument of the approximation's tanh. */
const cubic = 0.044715;
const root = Math.sqrt(2 / Math.PI);

/** Gelu, exact or with tanh: https://onnx.ai/onnx/operators/onnx__Gelu.html */
export const gelu: Op = {
  name: "Gelu",
  attributes: { approximate: "none" },
  shape: sameAsFirst,
  eval: ([x], node) => [
    text(node, "approximate") === "tanh"
      ? map(x!, (v) => 0.5 * v * (1 + Math.tanh(root * (v + cubic * v ** 3))))
      : map(x!, (v) => 0.5 * v * (1 + errorFunction(v / Math.SQRT2))),
  ],
  vjp: (g, { node, inputs: [x], dy }) => [
    () => {
      const slope = text(node, "approximate") === "tanh" ? approximate(g, x!) : exact(g, x!);
      return g.op("Mul", [dy, slope]);
    },
  ],
};

/** Φ(x) + x·φ(x) */
function exact(g: Builder, x: string): string {
  const cdf = scale(g, shift(g, g.op("Erf", [scale(g, x, Math.SQRT1_2)]), 1), 0.5);
  const bell = g.op("Exp", [scale(g, g.op("Mul", [x, x]), -0.5)]);
  const density = scale(g, bell, 1 / Math.sqrt(2 * Math.PI));
  return g.op("Add", [cdf, g.op("Mul", [x, density])]);
}

/** ½(1 + t) + ½·x·(1 − t²)·u′ with t = tanh u */
function approximate(g: Builder, x: string): string {
  const square = g.op("Mul", [x, x]);
  const u = scale(g, g.op("Mul", [x, shift(g, scale(g, square, cubic), 1)]), root);
  const t = g.op("Tanh", [u]);
  const du = scale(g, shift(g, scale(g, square, 3 * cubic), 1), root);
  const bend = g.op("Mul", [oneMinusSquare(g, t), du]);
  const half = g.op("Add", [shift(g, t, 1), g.op("Mul", [x, bend])]);
  return scale(g, half, 0.5);
}
