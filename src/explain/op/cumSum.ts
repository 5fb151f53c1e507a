import { GraphError } from "../error";
import { zeros } from "../tensor";
import { int } from "./helper/attribute";
import { axisFromEnd, axisFromFront, linesAlong } from "./helper/axis";
import { sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** CumSum: https://onnx.ai/onnx/operators/onnx__CumSum.html */
export const cumSum: Op = {
  name: "CumSum",
  attributes: { exclusive: 0, reverse: 0 },
  shape: sameAsFirst,
  eval: ([x, axis], node) => {
    const y = zeros(x!.type, x!.dims);
    const along = axisFromFront(node, axis!.data[0]!, x!.dims.length);
    const { length, inner, starts } = linesAlong(x!.dims, along);
    const exclusive = int(node, "exclusive") === 1;
    const reverse = int(node, "reverse") === 1;
    for (const start of starts) {
      let sum = 0;
      for (let i = 0; i < length; i++) {
        const at = start + (reverse ? length - 1 - i : i) * inner;
        y.data[at] = exclusive ? sum : sum + x!.data[at]!;
        sum += x!.data[at]!;
      }
    }
    return [y];
  },
  vjp: (g, { node, inputs: [x, axis], dy }) => [
    () => {
      const along = g.known(axis!)?.[0];
      if (typeof along !== "number") {
        throw new GraphError(node.name, "has no gradient: the axis is not known before running");
      }
      const fromEnd = axisFromEnd(node, along, g.dims(x!).length);
      const exclusive = int(node, "exclusive");
      const reverse = 1 - int(node, "reverse");
      return g.op("CumSum", [dy, g.ints([fromEnd])], { exclusive, reverse });
    },
    null,
  ],
};
