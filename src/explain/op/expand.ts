import { GraphError } from "../error";
import { broadcastDims, printDims } from "../graph/dim";
import { broadcastTo, commonDims } from "./helper/elementwise";
import { openDim } from "./helper/axis";
import type { Op } from "./op";

/** Expand: https://onnx.ai/onnx/operators/onnx__Expand.html */
export const expand: Op = {
  name: "Expand",
  shape: ({ node, inputs: [x, target], ints }) => {
    const [rank] = target!.dims;
    const open = () => Array.from({ length: Number(rank) }, (_, axis) => openDim(node, axis));
    const wanted = ints(1) ?? open();
    const dims = broadcastDims(x!.dims, wanted);
    if (dims) return [{ type: x!.type, dims }];
    throw new GraphError(node.name, `cannot expand ${printDims(x!.dims)} to ${printDims(wanted)}`);
  },
  eval: ([x, target]) => {
    const dims = commonDims([x!.dims, [...target!.data]]);
    return [{ type: x!.type, dims, data: broadcastTo(x!, dims) }];
  },
  // What was repeated is summed where broadcasting is undone.
  vjp: (_g, { dy }) => [() => dy, null],
};
