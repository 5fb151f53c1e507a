import { map, sameAsFirst } from "./helper/elementwise";
import { shift } from "./helper/rule";
import type { Op } from "./op";

/** Asinh: https://onnx.ai/onnx/operators/onnx__Asinh.html */
export const asinh: Op = {
  name: "Asinh",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.asinh)],
  vjp: (g, { inputs: [x], dy }) => [
    () => g.op("Div", [dy, g.op("Sqrt", [shift(g, g.op("Mul", [x!, x!]), 1)])]),
  ],
};
