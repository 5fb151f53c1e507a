import type { Builder } from "../graph/builder";
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
  vjp: (g, { inputs: [, min = "", max = ""], outputs: [y], dy }) => [
    () => {
      if (!min && !max) return dy;
      const [low, high] = [min, max].map((bound) => (bound ? g.number(bound) : undefined));
      const isKnown = (!min || low !== undefined) && (!max || high !== undefined);
      if (!isKnown) return g.op("Mul", [dy, insideOf(g, y!, min, max)]);
      return g.op("ClipGrad", [y!, dy], {
        ...(low === undefined ? {} : { low }),
        ...(high === undefined ? {} : { high }),
      });
    },
    null,
    null,
  ],
};

/** 1 where y lies between bounds that are computed, at least one of them. */
function insideOf(g: Builder, y: string, min: string, max: string): string {
  const tests = [
    ...(min ? [g.op("Greater", [y, min])] : []),
    ...(max ? [g.op("Less", [y, max])] : []),
  ];
  const inside = tests.reduce((a, b) => g.op("And", [a, b]));
  return mask(g, inside, y);
}
