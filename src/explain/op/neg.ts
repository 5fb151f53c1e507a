import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Neg: https://onnx.ai/onnx/operators/onnx__Neg.html */
export const neg: Op = {
  name: "Neg",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, (v) => -v)],
  vjp: (g, { dy }) => [() => g.op("Neg", [dy])],
};
