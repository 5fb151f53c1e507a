import type { Op } from "./op";
import { keptCotangent, reduction } from "./helper/reduction";

/** ReduceL1: https://onnx.ai/onnx/operators/onnx__ReduceL1.html */
export const reduceL1: Op = {
  name: "ReduceL1",
  ...reduction((values) => values.reduce((a, b) => a + Math.abs(b), 0)),
  vjp: (g, backward) => [
    () => g.op("Mul", [keptCotangent(g, backward), g.op("Sign", [backward.inputs[0]!])]),
    null,
  ],
};
