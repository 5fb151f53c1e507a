import { sizeOf, tensor } from "../tensor";
import type { Op } from "./op";
import { globalDims } from "./helper/pooling";
import { concreteSizes, explicitWindow, windowOf } from "./helper/window";

/**
 * GlobalMaxPool: https://onnx.ai/onnx/operators/onnx__GlobalMaxPool.html
 *
 * The first maximum gets the whole gradient: that of a MaxPool whose window is the whole plane.
 */
export const globalMaxPool: Op = {
  name: "GlobalMaxPool",
  shape: ({ inputs }) => [{ type: inputs[0]!.type, dims: globalDims(inputs[0]!.dims) }],
  eval: ([x]) => {
    const dims = globalDims(x!.dims) as number[];
    const size = sizeOf(x!.dims.slice(2));
    const y = new Float64Array(sizeOf(dims)).fill(-Infinity);
    x!.data.forEach((value, i) => {
      const plane = Math.floor(i / size);
      y[plane] = Math.max(y[plane]!, value);
    });
    return [tensor(x!.type, y, dims)];
  },
  vjp: (g, { node, inputs: [x], dy }) => [
    () => {
      const kernel = concreteSizes(node, g.dims(x!).slice(2));
      const window = explicitWindow(windowOf(node, kernel, kernel));
      return g.op("MaxPoolGrad", [x!, dy], { ...window, kernel_shape: kernel });
    },
  ],
};
