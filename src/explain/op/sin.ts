import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Sin: https://onnx.ai/onnx/operators/onnx__Sin.html */
export const sin: Op = {
  name: "Sin",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.sin)],
  vjp: (g, { inputs: [x], dy }) => [() => g.op("Mul", [dy, g.op("Cos", [x!])])],
};
