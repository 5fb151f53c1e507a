import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Abs: https://onnx.ai/onnx/operators/onnx__Abs.html */
export const abs: Op = {
  name: "Abs",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.abs)],
  vjp: (g, { inputs: [x], dy }) => [() => g.op("Mul", [dy, g.op("Sign", [x!])])],
};
