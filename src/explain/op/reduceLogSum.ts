import type { Op } from "./op";
import { keptCotangent, keptOutput, reduction, spread } from "./helper/reduction";

/** ReduceLogSum: https://onnx.ai/onnx/operators/onnx__ReduceLogSum.html */
export const reduceLogSum: Op = {
  name: "ReduceLogSum",
  ...reduction((values) => Math.log(values.reduce((a, b) => a + b, 0))),
  vjp: (g, backward) => [
    () => {
      const sum = g.op("Exp", [keptOutput(g, backward)]);
      return spread(g, backward, g.op("Div", [keptCotangent(g, backward), sum]));
    },
    null,
  ],
};
