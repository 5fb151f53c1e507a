import type { Op } from "./op";
import { keptCotangent, reduction, spread } from "./helper/reduction";

/** ReduceSum: https://onnx.ai/onnx/operators/onnx__ReduceSum.html */
export const reduceSum: Op = {
  name: "ReduceSum",
  ...reduction((values) => values.reduce((a, b) => a + b, 0)),
  vjp: (g, backward) => [() => spread(g, backward, keptCotangent(g, backward)), null],
};
