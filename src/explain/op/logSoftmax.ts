import { tensor } from "../tensor";
import { int } from "./helper/attribute";
import { axisFromEnd, axisFromFront } from "./helper/axis";
import type { Op } from "./op";
import { likeInput, logSoftmaxAlong } from "./helper/logSoftmax";

/** LogSoftmax: https://onnx.ai/onnx/operators/onnx__LogSoftmax.html */
export const logSoftmax: Op = {
  name: "LogSoftmax",
  attributes: { axis: -1 },
  shape: likeInput,
  eval: ([x], node) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    return [tensor(x!.type, logSoftmaxAlong(x!, axis), x!.dims)];
  },
  vjp: (g, { node, inputs: [x], outputs: [y], dy }) => [
    () => {
      const axis = axisFromEnd(node, int(node, "axis"), g.dims(x!).length);
      const sum = g.op("ReduceSum", [dy, g.ints([axis])]);
      return g.op("Sub", [dy, g.op("Mul", [g.op("Exp", [y!]), sum])]);
    },
  ],
};
