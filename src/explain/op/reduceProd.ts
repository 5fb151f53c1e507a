import { multiplyDims } from "../graph/dim";
import type { Op } from "./op";
import { axesOf, keptCotangent, reduction } from "./helper/reduction";
import { mask } from "./helper/rule";

/**
 * ReduceProd: https://onnx.ai/onnx/operators/onnx__ReduceProd.html. The gradient is the product of the others, at zeros too; the
 * second gradient is right only away from zeros.
 */
export const reduceProd: Op = {
  name: "ReduceProd",
  ...reduction((values) => values.reduce((a, b) => a * b, 1)),
  vjp: (g, backward) => [
    () => {
      const [x] = backward.inputs;
      const axes = g.ints(axesOf(g, backward));
      const isZero = mask(g, g.op("Equal", [x!, g.scalar(0, x!)]), x!);
      const nonzero = g.op("Add", [x!, isZero]);
      const others = g.op("Div", [g.op("ReduceProd", [nonzero, axes]), nonzero]);
      // The others hold a zero unless the group's zeros are this one or none.
      const zeros = g.op("ReduceSum", [isZero, axes]);
      const alone = mask(g, g.op("Equal", [zeros, isZero]), x!);
      return g.op("Mul", [keptCotangent(g, backward), g.op("Mul", [others, alone])]);
    },
    null,
  ],
  ints: (context) => {
    const factors = context.inputs[0]!.dims.length === 1 ? context.ints(0) : undefined;
    const counts = factors?.every((factor) => typeof factor === "string" || factor >= 0);
    return counts ? [multiplyDims(factors!)] : undefined;
  },
};
