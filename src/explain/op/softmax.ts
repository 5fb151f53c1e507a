import { tensor } from "../tensor";
import { int } from "./helper/attribute";
import { axisFromEnd, axisFromFront } from "./helper/axis";
import { likeInput, logSoftmaxAlong } from "./helper/logSoftmax";
import type { Op } from "./op";

/** Softmax: https://onnx.ai/onnx/operators/onnx__Softmax.html */
export const softmax: Op = {
  name: "Softmax",
  attributes: { axis: -1 },
  shape: likeInput,
  eval: ([x], node) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    return [tensor(x!.type, logSoftmaxAlong(x!, axis).map(Math.exp), x!.dims)];
  },
  vjp: (g, { node, inputs: [x], outputs: [y], dy }) => [
    () => {
      const axis = axisFromEnd(node, int(node, "axis"), g.dims(x!).length);
      const weighted = g.op("Mul", [dy, y!]);
      const sum = g.op("ReduceSum", [weighted, g.ints([axis])]);
      return g.op("Sub", [weighted, g.op("Mul", [y!, sum])]);
    },
  ],
};
