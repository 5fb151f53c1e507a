import type { Op } from "./op";
import { keptCotangent, reduction } from "./helper/reduction";
import { scale } from "./helper/rule";

/** ReduceSumSquare: https://onnx.ai/onnx/operators/onnx__ReduceSumSquare.html */
export const reduceSumSquare: Op = {
  name: "ReduceSumSquare",
  ...reduction((values) => values.reduce((a, b) => a + b * b, 0)),
  vjp: (g, backward) => [
    () => g.op("Mul", [keptCotangent(g, backward), scale(g, backward.inputs[0]!, 2)]),
    null,
  ],
};
