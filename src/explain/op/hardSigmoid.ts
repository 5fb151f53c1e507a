import { float } from "./helper/attribute";
import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";
import { mask, scale } from "./helper/rule";

/** HardSigmoid: https://onnx.ai/onnx/operators/onnx__HardSigmoid.html. The gradient at both bends is 0. */
export const hardSigmoid: Op = {
  name: "HardSigmoid",
  attributes: { alpha: 0.2, beta: 0.5 },
  shape: sameAsFirst,
  eval: ([x], node) => {
    const alpha = float(node, "alpha");
    const beta = float(node, "beta");
    return [map(x!, (v) => Math.max(0, Math.min(1, alpha * v + beta)))];
  },
  vjp: (g, { node, outputs: [y], dy }) => [
    () => {
      const above = g.op("Greater", [y!, g.scalar(0, y!)]);
      const below = g.op("Less", [y!, g.scalar(1, y!)]);
      const inside = mask(g, g.op("And", [above, below]), y!);
      return g.op("Mul", [dy, scale(g, inside, float(node, "alpha"))]);
    },
  ],
};
