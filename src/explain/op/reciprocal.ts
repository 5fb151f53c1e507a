import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Reciprocal: https://onnx.ai/onnx/operators/onnx__Reciprocal.html */
export const reciprocal: Op = {
  name: "Reciprocal",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, (v) => 1 / v)],
  vjp: (g, { outputs: [y], dy }) => [() => g.op("Neg", [g.op("Mul", [dy, g.op("Mul", [y!, y!])])])],
};
