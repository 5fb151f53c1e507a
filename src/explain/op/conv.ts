import { tensor } from "../tensor";
import { int } from "./helper/attribute";
import { sumPerChannel } from "./helper/channels";
import { foldClasses, unfoldClasses } from "./helper/classes";
import { biased, checkChannels, correlateForward, kernelOf } from "./helper/convolution";
import type { Op } from "./op";
import {
  concreteSizes,
  explicitWindow,
  outputSizes,
  windowAttributes,
  windowOf,
} from "./helper/window";

/**
 * Conv: https://onnx.ai/onnx/operators/onnx__Conv.html
 *
 * X [N, C, …], W [M, C/group, …], B [M] → Y [N, M, …]. The gradient never reads Y, so that Conv+Relu stays one kernel.
 */
export const conv: Op = {
  name: "Conv",
  attributes: { ...windowAttributes, group: 1 },
  shape: ({ node, inputs }) => {
    const [batch, channels, ...sizes] = inputs[0]!.dims;
    const filter = inputs[1]!.dims;
    checkChannels(node, channels!, filter);
    const output = outputSizes(node, sizes, kernelOf(node, filter));
    return [{ type: inputs[0]!.type, dims: [batch!, filter[0]!, ...output] }];
  },
  eval: ([x, w, b], node) => {
    const [sizes, kernel] = [x!.dims.slice(2), w!.dims.slice(2)];
    const window = windowOf(node, sizes, kernel);
    const outputs = outputSizes(node, sizes, kernel) as number[];
    const output = [x!.dims[0]!, w!.dims[0]!, ...outputs];
    const y = biased(output, b);
    correlateForward({ window, input: x!.dims, filter: w!.dims, output }, x!.data, w!.data, y);
    return [tensor(x!.type, y, output)];
  },
  vjp: (g, { node, inputs, dy }) => {
    const [x, w] = inputs as [string, string];
    const group = int(node, "group");
    const kernel = kernelOf(node, g.dims(w));
    const sizes = concreteSizes(node, g.dims(x).slice(2));
    const explicit = { ...explicitWindow(windowOf(node, sizes, kernel)), group };
    return [
      () => {
        const dx = g.op("ConvInputGrad", [g.mergeClasses(dy), w], { ...explicit, shape: sizes });
        return g.splitClasses(dx, x);
      },
      () => {
        const folded = foldClasses(g, dy, 1, group);
        const dw = g.op("ConvFilterGrad", [x, folded], { ...explicit, kernel_shape: kernel });
        return unfoldClasses(g, dw, 0, group);
      },
      () => sumPerChannel(g, dy, sizes.length + 2),
    ];
  },
};
