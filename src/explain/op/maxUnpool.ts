import { GraphError } from "../error";
import { isConcrete, multiplyDims } from "../graph/dim";
import { zeros } from "../tensor";
import { concreteSizes } from "./helper/window";
import type { Op } from "./op";

/**
 * MaxUnpool: https://onnx.ai/onnx/operators/onnx__MaxUnpool.html, with its output shape given. What a runtime puts for the gradient of MaxPool where
 * windows share nothing; files that have it are read as other operators. The gradient takes no two indices to be the same.
 */
export const maxUnpool: Op = {
  name: "MaxUnpool",
  attributes: { kernel_shape: undefined, pads: undefined, strides: undefined },
  shape: ({ node, inputs: [x], ints }) => {
    const dims = ints(2);
    if (!dims || !isConcrete(dims)) throw new GraphError(node.name, "needs a known output shape");
    return [{ type: x!.type, dims }];
  },
  eval: ([x, indices, shape], node) => {
    const y = zeros(x!.type, concreteSizes(node, [...shape!.data]));
    x!.data.forEach((value, i) => (y.data[indices!.data[i]!] = value));
    return [y];
  },
  vjp: (g, { inputs: [, indices], outputs: [y], dy }) => [
    () => {
      const dims = g.dims(y!);
      const lead = g.dims(dy).slice(0, -dims.length);
      const flat = g.reshape(dy, [...lead, multiplyDims(dims)]);
      return g.op("Gather", [flat, indices!], { axis: -1 });
    },
    null,
    null,
  ],
};
