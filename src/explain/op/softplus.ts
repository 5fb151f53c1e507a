import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Softplus: https://onnx.ai/onnx/operators/onnx__Softplus.html */
export const softplus: Op = {
  name: "Softplus",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, (v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))))],
  vjp: (g, { inputs: [x], dy }) => [() => g.op("Mul", [dy, g.op("Sigmoid", [x!])])],
};
