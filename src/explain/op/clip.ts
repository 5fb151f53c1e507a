import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";
import { mask } from "./helper/rule";

/**
 * Clip: https://onnx.ai/onnx/operators/onnx__Clip.html. Only what lies strictly between the bounds has a gradient, as in
 * PyTorch's relu6; the bounds have none by design.
 */
export const clip: Op = {
  name: "Clip",
  shape: sameAsFirst,
  eval: ([x, min, max]) => {
    const low = min?.data[0] ?? -Infinity;
    const high = max?.data[0] ?? Infinity;
    return [map(x!, (v) => Math.min(high, Math.max(low, v)))];
  },
  vjp: (g, { inputs: [, min, max], outputs: [y], dy }) => [
    () => {
      const above = min ? [g.op("Greater", [y!, min])] : [];
      const below = max ? [g.op("Less", [y!, max])] : [];
      const inside = [...above, ...below];
      if (inside.length === 0) return dy;
      return g.op("Mul", [
        dy,
        mask(
          g,
          inside.reduce((a, b) => g.op("And", [a, b])),
          y!,
        ),
      ]);
    },
    null,
    null,
  ],
};
