import { int } from "./attribute";
import { axisFromFront } from "./axis";
import { reduce, reducedDims } from "./reduction";
import type { Op } from "../op";

/** What ArgMax and ArgMin have in common; `better` tells whether a value takes the place of the best so far. */
export function extremeIndex(
  better: (value: number, best: number) => boolean,
): Pick<Op, "attributes" | "shape" | "eval"> {
  return {
    attributes: { axis: 0, keepdims: 1, select_last_index: 0 },
    shape: ({ node, inputs: [x] }) => {
      const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
      return [{ type: "int64", dims: reducedDims(x!.dims, [axis], int(node, "keepdims") === 1) }];
    },
    eval: ([x], node) => {
      const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
      const last = int(node, "select_last_index") === 1;
      const takes = (value: number, best: number) =>
        better(value, best) || (last && value === best);
      const position = (values: Float64Array) =>
        values.reduce((best, value, i) => (takes(value, values[best]!) ? i : best), 0);
      return [reduce(x!, [axis], int(node, "keepdims") === 1, position, "int64")];
    },
  };
}
