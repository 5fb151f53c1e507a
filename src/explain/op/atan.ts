import { map, sameAsFirst } from "./helper/elementwise";
import { shift } from "./helper/rule";
import type { Op } from "./op";

/** Atan: https://onnx.ai/onnx/operators/onnx__Atan.html */
export const atan: Op = {
  name: "Atan",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.atan)],
  vjp: (g, { inputs: [x], dy }) => [() => g.op("Div", [dy, shift(g, g.op("Mul", [x!, x!]), 1)])],
};
