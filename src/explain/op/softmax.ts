import type { ValueType } from "../graph/graph";
import { tensor, type Tensor } from "../tensor";
import { int } from "./helper/attribute";
import { axisFromEnd, axisFromFront, linesAlong } from "./helper/axis";
import { sameAsFirst } from "./helper/elementwise";
import type { Op, ShapeContext } from "./op";

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

/** Shape rule: like the input, which must have the axis. */
export function likeInput(context: ShapeContext): ValueType[] {
  const { node, inputs } = context;
  axisFromFront(node, int(node, "axis"), inputs[0]!.dims.length);
  return sameAsFirst(context);
}

/** log softmax in double precision, with the maximum taken out first. */
export function logSoftmaxAlong(x: Tensor, axis: number): Float64Array {
  const y = new Float64Array(x.data.length);
  const { length, inner, starts } = linesAlong(x.dims, axis);
  for (const start of starts) {
    let max = -Infinity;
    for (let i = 0; i < length; i++) max = Math.max(max, x.data[start + i * inner]!);
    let sum = 0;
    for (let i = 0; i < length; i++) sum += Math.exp(x.data[start + i * inner]! - max);
    const level = max + Math.log(sum);
    for (let i = 0; i < length; i++) y[start + i * inner] = x.data[start + i * inner]! - level;
  }
  return y;
}
