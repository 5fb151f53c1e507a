import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Tanh: https://onnx.ai/onnx/operators/onnx__Tanh.html */
export const tanh: Op = {
  name: "Tanh",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.tanh)],
  vjp: (g, { outputs: [y], dy }) => [
    () => g.op("Mul", [dy, g.op("Sub", [g.scalar(1, y!), g.op("Mul", [y!, y!])])]),
  ],
};
