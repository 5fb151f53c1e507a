import type { Op } from "./op";
import { keptCotangent, keptOutput, reduction } from "./helper/reduction";
import { mask } from "./helper/rule";

/** ReduceL2: https://onnx.ai/onnx/operators/onnx__ReduceL2.html. The gradient at 0 is 0. */
export const reduceL2: Op = {
  name: "ReduceL2",
  ...reduction((values) => Math.sqrt(values.reduce((a, b) => a + b * b, 0))),
  vjp: (g, backward) => [
    () => {
      const norm = keptOutput(g, backward);
      const isZero = mask(g, g.op("Equal", [norm, g.scalar(0, norm)]), norm);
      const safe = g.op("Add", [norm, isZero]);
      const unit = g.op("Div", [backward.inputs[0]!, safe]);
      return g.op("Mul", [keptCotangent(g, backward), unit]);
    },
    null,
  ],
};
