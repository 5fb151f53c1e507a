import { tensor } from "../tensor";
import { int } from "./attribute";
import { axisFromEnd, axisFromFront } from "./axis";
import { sameAsFirst } from "./elementwise";
import type { Op } from "./op";
import { logSoftmaxAlong } from "./softmax";

/** LogSoftmax: https://onnx.ai/onnx/operators/onnx__LogSoftmax.html */
export const logSoftmax: Op = {
  name: "LogSoftmax",
  attributes: { axis: -1 },
  shape: sameAsFirst,
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
