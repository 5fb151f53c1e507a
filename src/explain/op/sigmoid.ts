import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Sigmoid: https://onnx.ai/onnx/operators/onnx__Sigmoid.html */
export const sigmoid: Op = {
  name: "Sigmoid",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, (v) => 1 / (1 + Math.exp(-v)))],
  vjp: (g, { outputs: [y], dy }) => [
    () => g.op("Mul", [dy, g.op("Mul", [y!, g.op("Sub", [g.scalar(1, y!), y!])])]),
  ],
};
