import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Cosh: https://onnx.ai/onnx/operators/onnx__Cosh.html */
export const cosh: Op = {
  name: "Cosh",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.cosh)],
  vjp: (g, { inputs: [x], dy }) => [() => g.op("Mul", [dy, g.op("Sinh", [x!])])],
};
