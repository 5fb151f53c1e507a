import { movedBack, rearranged, stackedDims } from "./helper/blocks";
import type { Op } from "./op";

/**
 * SpaceToDepth: https://onnx.ai/onnx/operators/onnx__SpaceToDepth.html, with the `mode` that newer opsets gave it
 * (absent = DCR): the inverse of DepthToSpace in either.
 */
export const spaceToDepth: Op = {
  name: "SpaceToDepth",
  attributes: { blocksize: undefined, mode: undefined },
  shape: ({ node, inputs: [x] }) => [{ type: x!.type, dims: stackedDims(node, x!.dims) }],
  eval: ([x], node) => [rearranged(node, x!, stackedDims(node, x!.dims) as number[], "y")],
  vjp: (g, { node, inputs: [x], dy }) => [() => movedBack(g, "DepthToSpace", node, x!, dy)],
};
