import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Cos: https://onnx.ai/onnx/operators/onnx__Cos.html */
export const cos: Op = {
  name: "Cos",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.cos)],
  vjp: (g, { inputs: [x], dy }) => [() => g.op("Neg", [g.op("Mul", [dy, g.op("Sin", [x!])])])],
};
