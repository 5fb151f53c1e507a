import { map, sameAsFirst } from "./helper/elementwise";
import { shift } from "./helper/rule";
import type { Op } from "./op";

/** Acosh: https://onnx.ai/onnx/operators/onnx__Acosh.html */
export const acosh: Op = {
  name: "Acosh",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.acosh)],
  vjp: (g, { inputs: [x], dy }) => [
    () => g.op("Div", [dy, g.op("Sqrt", [shift(g, g.op("Mul", [x!, x!]), -1)])]),
  ],
};
