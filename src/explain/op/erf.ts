import { map, sameAsFirst } from "./helper/elementwise";
import { errorFunction } from "./helper/errorFunction";
import type { Op } from "./op";
import { scale } from "./helper/rule";

/** Erf: https://onnx.ai/onnx/operators/onnx__Erf.html */
export const erf: Op = {
  name: "Erf",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, errorFunction)],
  vjp: (g, { inputs: [x], dy }) => [
    () => {
      const bell = g.op("Exp", [g.op("Neg", [g.op("Mul", [x!, x!])])]);
      return g.op("Mul", [dy, scale(g, bell, 2 / Math.sqrt(Math.PI))]);
    },
  ],
};
