import { map, sameAsFirst } from "./helper/elementwise";
import { oneMinusSquare } from "./helper/rule";
import type { Op } from "./op";

/** Acos: https://onnx.ai/onnx/operators/onnx__Acos.html */
export const acos: Op = {
  name: "Acos",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.acos)],
  vjp: (g, { inputs: [x], dy }) => [
    () => g.op("Neg", [g.op("Div", [dy, g.op("Sqrt", [oneMinusSquare(g, x!)])])]),
  ],
};
