import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Exp: https://onnx.ai/onnx/operators/onnx__Exp.html */
export const exp: Op = {
  name: "Exp",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.exp)],
  vjp: (g, { outputs: [y], dy }) => [() => g.op("Mul", [dy, y!])],
};
