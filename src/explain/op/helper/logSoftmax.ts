import type { ValueType } from "../../graph/graph";
import type { Tensor } from "../../tensor";
import type { ShapeContext } from "../op";
import { int } from "./attribute";
import { axisFromFront, linesAlong } from "./axis";
import { sameAsFirst } from "./elementwise";

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
