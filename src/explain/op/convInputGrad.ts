import { multiplyDims } from "../graph/dim";
import { sizeOf, tensor } from "../tensor";
import { attributesBut, int, ints } from "./helper/attribute";
import { foldClasses, unfoldClasses } from "./helper/classes";
import { checkChannels, checkSizes, correlateTransposed, kernelOf } from "./helper/convolution";
import type { Op } from "./op";
import { windowOf } from "./helper/window";

/**
 * Sightline's own: the gradient of Conv by its input, which is the transpose of the convolution.
 *
 * dY [N, M, …], W [M, C/group, …] → dX [N, C, …shape]. Attributes as of Conv with explicit pads; `shape` = the spatial sizes of
 * dX, which dY and the window alone do not determine when the stride is above 1.
 */
export const convInputGrad: Op = {
  name: "ConvInputGrad",
  private: true,
  attributes: {
    dilations: undefined,
    group: 1,
    pads: undefined,
    shape: undefined,
    strides: undefined,
  },
  shape: ({ node, inputs }) => {
    const [batch, , ...sizes] = inputs[0]!.dims;
    const filter = inputs[1]!.dims;
    const channels = multiplyDims([filter[1]!, int(node, "group")]);
    checkChannels(node, channels, filter);
    checkSizes(node, ints(node, "shape"), kernelOf(node, filter), sizes);
    return [{ type: inputs[0]!.type, dims: [batch!, channels, ...ints(node, "shape")] }];
  },
  eval: ([dy, w], node) => {
    const window = windowOf(node, ints(node, "shape"), w!.dims.slice(2));
    const input = [dy!.dims[0]!, w!.dims[1]! * int(node, "group"), ...ints(node, "shape")];
    const dx = new Float64Array(sizeOf(input));
    const dims = { window, input, filter: w!.dims, output: dy!.dims };
    correlateTransposed(dims, dx, w!.data, dy!.data);
    return [tensor(dy!.type, dx, input)];
  },
  vjp: (g, { node, inputs, dy: cotangent }) => {
    const [dy, w] = inputs as [string, string];
    const window = attributesBut(node, "shape");
    const group = int(node, "group");
    return [
      () => g.splitClasses(g.op("Conv", [g.mergeClasses(cotangent), w], window), dy),
      () => {
        const folded = foldClasses(g, cotangent, 1, group);
        const kernel = kernelOf(node, g.dims(w));
        const dw = g.op("ConvFilterGrad", [folded, dy], { ...window, kernel_shape: kernel });
        return unfoldClasses(g, dw, 1, 1);
      },
    ];
  },
};
