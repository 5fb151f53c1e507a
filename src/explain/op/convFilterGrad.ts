import { GraphError } from "../error";
import { divideDims, printDims } from "../graph/dim";
import { sizeOf, tensor } from "../tensor";
import { attributesBut, int, ints } from "./helper/attribute";
import { foldClasses, unfoldClasses } from "./helper/classes";
import { checkSizes, correlate } from "./helper/convolution";
import type { Op } from "./op";
import { concreteSizes, windowOf } from "./helper/window";

/**
 * Sightline's own: the gradient of Conv by its filter.
 *
 * X [N, C, …], dY [N, M, …] → dW [M, C/group, …kernel_shape]. Attributes as of Conv with explicit pads.
 */
export const convFilterGrad: Op = {
  name: "ConvFilterGrad",
  private: true,
  attributes: {
    dilations: undefined,
    group: 1,
    kernel_shape: undefined,
    pads: undefined,
    strides: undefined,
  },
  shape: ({ node, inputs }) => {
    const [, channels, ...sizes] = inputs[0]!.dims;
    const [, filters, ...output] = inputs[1]!.dims;
    const kernel = ints(node, "kernel_shape");
    checkSizes(node, sizes, kernel, output);
    const depth = divideDims(channels!, int(node, "group"));
    if (depth === undefined || divideDims(filters!, int(node, "group")) === undefined) {
      throw new GraphError(
        node.name,
        `${printDims([channels!, filters!])} channels do not split into groups`,
      );
    }
    return [{ type: inputs[0]!.type, dims: [filters!, depth, ...kernel] }];
  },
  eval: ([x, dy], node) => {
    const kernel = ints(node, "kernel_shape");
    const window = windowOf(node, x!.dims.slice(2), kernel);
    const filter = [dy!.dims[1]!, x!.dims[1]! / int(node, "group"), ...kernel];
    const dw = new Float64Array(sizeOf(filter));
    const dims = { window, input: x!.dims, filter, output: dy!.dims };
    correlate(dims, (xAt, wAt, yAt, offsets) => {
      for (let o = 0; o < offsets.length; o++) {
        const offset = offsets[o]!;
        if (offset >= 0) dw[wAt]! += x!.data[xAt + offset]! * dy!.data[yAt + o]!;
      }
    });
    return [tensor(x!.type, dw, filter)];
  },
  vjp: (g, { node, inputs, dy: cotangent }) => {
    const [x, dy] = inputs as [string, string];
    const window = attributesBut(node, "kernel_shape");
    const group = int(node, "group");
    return [
      () => {
        const shape = concreteSizes(node, g.dims(x).slice(2));
        const filter = foldClasses(g, cotangent, 1, 1);
        const dx = g.op("ConvInputGrad", [dy, filter], { ...window, shape });
        return unfoldClasses(g, dx, 1, group);
      },
      () =>
        unfoldClasses(g, g.op("Conv", [x, foldClasses(g, cotangent, 0, group)], window), 1, group),
    ];
  },
};
