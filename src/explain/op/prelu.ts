import { mapPairs, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";
import { mask } from "./helper/rule";

/** PRelu: https://onnx.ai/onnx/operators/onnx__PRelu.html. At 0 the negative side counts. */
export const prelu: Op = {
  name: "PRelu",
  shape: sameAsFirst,
  eval: ([x, slope]) => [mapPairs(x!, slope!, (v, s) => (v < 0 ? s * v : v))],
  vjp: (g, { inputs: [x, slope], dy }) => [
    () => {
      const zero = g.scalar(0, x!);
      const positive = mask(g, g.op("Greater", [x!, zero]), x!);
      const negative = mask(g, g.op("LessOrEqual", [x!, zero]), x!);
      return g.op("Mul", [dy, g.op("Add", [positive, g.op("Mul", [slope!, negative])])]);
    },
    () => g.op("Mul", [dy, g.op("Min", [x!, g.scalar(0, x!)])]),
  ],
};
