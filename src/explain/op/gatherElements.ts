import { zeros } from "../tensor";
import { int } from "./helper/attribute";
import { axisFromEnd, axisFromFront } from "./helper/axis";
import { elementOffsets } from "./helper/elementOffsets";
import { perClass, zeroValue } from "./helper/cotangent";
import type { Op } from "./op";

/** GatherElements: https://onnx.ai/onnx/operators/onnx__GatherElements.html */
export const gatherElements: Op = {
  name: "GatherElements",
  attributes: { axis: 0 },
  shape: ({ inputs: [x, indices] }) => [{ type: x!.type, dims: indices!.dims }],
  eval: ([x, indices], node) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const y = zeros(x!.type, indices!.dims);
    elementOffsets(node, x!, indices!, axis).forEach((at, i) => (y.data[i] = x!.data[at]!));
    return [y];
  },
  vjp: (g, { node, inputs: [x, indices], dy }) => [
    () => {
      const axis = axisFromEnd(node, int(node, "axis"), g.dims(x!).length);
      const empty = zeroValue(g, g.cotangentDims(x!), x!);
      const places = perClass(g, indices!);
      return g.op("ScatterElements", [empty, places, dy], { axis, reduction: "add" });
    },
    null,
  ],
};
