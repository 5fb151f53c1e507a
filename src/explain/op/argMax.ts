import { int } from "./helper/attribute";
import { axisFromFront } from "./helper/axis";
import type { Op } from "./op";
import { reduce, reducedDims } from "./helper/reduction";

/** ArgMax: https://onnx.ai/onnx/operators/onnx__ArgMax.html */
export const argMax: Op = {
  name: "ArgMax",
  attributes: { axis: 0, keepdims: 1, select_last_index: 0 },
  shape: ({ node, inputs: [x] }) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    return [{ type: "int64", dims: reducedDims(x!.dims, [axis], int(node, "keepdims") === 1) }];
  },
  eval: ([x], node) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const last = int(node, "select_last_index") === 1;
    const position = (values: Float64Array) => {
      const max = values.reduce((a, b) => Math.max(a, b), -Infinity);
      return last ? values.lastIndexOf(max) : values.indexOf(max);
    };
    return [reduce(x!, [axis], int(node, "keepdims") === 1, position, "int64")];
  },
};
