import { movedBack, rearranged, spreadDims } from "./helper/blocks";
import type { Op } from "./op";

/** DepthToSpace: https://onnx.ai/onnx/operators/onnx__DepthToSpace.html */
export const depthToSpace: Op = {
  name: "DepthToSpace",
  attributes: { blocksize: undefined, mode: "DCR" },
  shape: ({ node, inputs: [x] }) => [{ type: x!.type, dims: spreadDims(node, x!.dims) }],
  eval: ([x], node) => [rearranged(node, x!, spreadDims(node, x!.dims) as number[], "x")],
  vjp: (g, { node, inputs: [x], dy }) => [() => movedBack(g, "SpaceToDepth", node, x!, dy)],
};
