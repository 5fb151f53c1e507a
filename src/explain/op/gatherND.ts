import { zeros } from "../tensor";
import { int } from "./helper/attribute";
import { fromFront, zeroValue } from "./helper/cotangent";
import { rowLength, sliceOffsets } from "./helper/sliceOffsets";
import type { Op } from "./op";

/** GatherND: https://onnx.ai/onnx/operators/onnx__GatherND.html */
export const gatherND: Op = {
  name: "GatherND",
  attributes: { batch_dims: 0 },
  shape: ({ node, inputs: [x, indices] }) => {
    const batch = int(node, "batch_dims");
    const row = rowLength(node, indices!.dims, x!.dims.length - batch);
    return [
      { type: x!.type, dims: [...indices!.dims.slice(0, -1), ...x!.dims.slice(batch + row)] },
    ];
  },
  eval: ([x, indices], node) => {
    const batch = int(node, "batch_dims");
    const rest = x!.dims.slice(batch + indices!.dims.at(-1)!);
    const y = zeros(x!.type, [...indices!.dims.slice(0, -1), ...rest]);
    const { starts, length } = sliceOffsets(node, x!, indices!, batch);
    starts.forEach((start, i) => y.data.set(x!.data.subarray(start, start + length), i * length));
    return [y];
  },
  vjp: (g, { node, inputs: [x, indices], dy }) => [
    () => {
      const empty = zeroValue(g, g.cotangentDims(x!), x!);
      const places = fromFront(g, indices!, int(node, "batch_dims"));
      return g.op("ScatterND", [empty, places, dy], { reduction: "add" });
    },
    null,
  ],
};
