import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Sinh: https://onnx.ai/onnx/operators/onnx__Sinh.html */
export const sinh: Op = {
  name: "Sinh",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.sinh)],
  vjp: (g, { inputs: [x], dy }) => [() => g.op("Mul", [dy, g.op("Cosh", [x!])])],
};
