import { sizeOf, tensor } from "../tensor";
import type { Op } from "./op";
import { globalDims } from "./helper/pooling";
import { scale } from "./helper/rule";
import { concreteSizes } from "./helper/window";

/** GlobalAveragePool: https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html */
export const globalAveragePool: Op = {
  name: "GlobalAveragePool",
  shape: ({ inputs }) => [{ type: inputs[0]!.type, dims: globalDims(inputs[0]!.dims) }],
  eval: ([x]) => {
    const dims = globalDims(x!.dims) as number[];
    const size = sizeOf(x!.dims.slice(2));
    const sums = new Float64Array(sizeOf(dims));
    x!.data.forEach((value, i) => (sums[Math.floor(i / size)]! += value));
    return [
      tensor(
        x!.type,
        sums.map((sum) => sum / size),
        dims,
      ),
    ];
  },
  vjp: (g, { node, inputs: [x], dy }) => [
    () => {
      const sizes = concreteSizes(node, g.dims(x!).slice(2));
      return g.op("Expand", [scale(g, dy, 1 / sizeOf(sizes)), g.ints(sizes)]);
    },
  ],
};
