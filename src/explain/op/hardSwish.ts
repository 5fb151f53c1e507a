import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";
import { mask, scale } from "./helper/rule";

const slope = { alpha: 1 / 6, beta: 0.5 };

/**
 * HardSwish, x·h with h = HardSigmoid(x/6 + 1/2): https://onnx.ai/onnx/operators/onnx__HardSwish.html. The gradient is
 * h + x·h′, where h′ is 0 at both bends: 0 at −3 and 1 at 3.
 */
export const hardSwish: Op = {
  name: "HardSwish",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, (v) => v * Math.max(0, Math.min(1, v / 6 + 0.5)))],
  vjp: (g, { inputs: [x], dy }) => [
    () => {
      const inside = mask(g, g.op("Less", [g.op("Abs", [x!]), g.scalar(3, x!)]), x!);
      const bend = g.op("Mul", [scale(g, x!, slope.alpha), inside]);
      return g.op("Mul", [dy, g.op("Add", [g.op("HardSigmoid", [x!], slope), bend])]);
    },
  ],
};
