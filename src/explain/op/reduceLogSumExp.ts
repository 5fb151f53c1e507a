import type { Op } from "./op";
import { keptCotangent, keptOutput, reduction } from "./helper/reduction";

/** ReduceLogSumExp: https://onnx.ai/onnx/operators/onnx__ReduceLogSumExp.html */
export const reduceLogSumExp: Op = {
  name: "ReduceLogSumExp",
  ...reduction((values) => {
    const max = values.reduce((a, b) => Math.max(a, b), -Infinity);
    if (!Number.isFinite(max)) return max;
    return max + Math.log(values.reduce((a, b) => a + Math.exp(b - max), 0));
  }),
  vjp: (g, backward) => [
    () => {
      const below = g.op("Sub", [backward.inputs[0]!, keptOutput(g, backward)]);
      return g.op("Mul", [keptCotangent(g, backward), g.op("Exp", [below])]);
    },
    null,
  ],
};
