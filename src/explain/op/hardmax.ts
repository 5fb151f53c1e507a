import { zeros } from "../tensor";
import { int } from "./helper/attribute";
import { axisFromFront, linesAlong } from "./helper/axis";
import { likeInput } from "./helper/logSoftmax";
import { count } from "./helper/select";
import type { Op } from "./op";

/** Hardmax, 1 at the first maximum along an axis: https://onnx.ai/onnx/operators/onnx__Hardmax.html */
export const hardmax: Op = {
  name: "Hardmax",
  attributes: { axis: -1 },
  shape: likeInput,
  eval: ([x], node) => {
    const y = zeros(x!.type, x!.dims);
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const { length, inner, starts } = linesAlong(x!.dims, axis);
    for (const start of starts) {
      const places = count(length).map((i) => start + i * inner);
      const first = places.reduce((best, at) => (x!.data[at]! > x!.data[best]! ? at : best), start);
      if (length > 0) y.data[first] = 1;
    }
    return [y];
  },
  vjp: () => [null],
};
