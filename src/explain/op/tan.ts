import { map, sameAsFirst } from "./helper/elementwise";
import { shift } from "./helper/rule";
import type { Op } from "./op";

/** Tan: https://onnx.ai/onnx/operators/onnx__Tan.html */
export const tan: Op = {
  name: "Tan",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.tan)],
  vjp: (g, { outputs: [y], dy }) => [() => g.op("Mul", [dy, shift(g, g.op("Mul", [y!, y!]), 1)])],
};
