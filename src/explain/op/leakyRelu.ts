import { float } from "./helper/attribute";
import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";
import { mask, scale, shift } from "./helper/rule";

/** LeakyRelu: https://onnx.ai/onnx/operators/onnx__LeakyRelu.html. The gradient at 0 is `alpha`. */
export const leakyRelu: Op = {
  name: "LeakyRelu",
  attributes: { alpha: 0.01 },
  shape: sameAsFirst,
  eval: ([x], node) => {
    const alpha = float(node, "alpha");
    return [map(x!, (v) => (v < 0 ? alpha * v : v))];
  },
  vjp: (g, { node, inputs: [x], outputs: [y], dy }) => [
    () => {
      const alpha = float(node, "alpha");
      // The output tells the sign unless a negative slope turns it round.
      const sign = alpha < 0 ? x! : y!;
      const positive = mask(g, g.op("Greater", [sign, g.scalar(0, sign)]), sign);
      return g.op("Mul", [dy, shift(g, scale(g, positive, 1 - alpha), alpha)]);
    },
  ],
};
