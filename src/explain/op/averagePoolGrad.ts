import { GraphError } from "../error";
import { printDims } from "../graph/dim";
import { sizeOf, tensor } from "../tensor";
import { attributesBut, ints } from "./helper/attribute";
import type { Op } from "./op";
import { divisors, explicitPoolingAttributes, pooledDims, poolingOf } from "./helper/pooling";

/**
 * Sightline's own: the gradient of AveragePool, which is its transpose.
 *
 * dY [N, C, …] → dX [N, C, …shape]. Attributes as of AveragePool with explicit pads; `shape` = the spatial sizes of dX.
 */
export const averagePoolGrad: Op = {
  name: "AveragePoolGrad",
  private: true,
  attributes: { ...explicitPoolingAttributes, count_include_pad: 0, shape: undefined },
  shape: ({ node, inputs }) => {
    const dims = [...inputs[0]!.dims.slice(0, 2), ...ints(node, "shape")];
    const pooled = pooledDims(node, dims);
    if (
      pooled.length !== inputs[0]!.dims.length ||
      pooled.some((dim, i) => dim !== inputs[0]!.dims[i])
    ) {
      throw new GraphError(
        node.name,
        `pools to ${printDims(pooled)}, not to ${printDims(inputs[0]!.dims)}`,
      );
    }
    return [{ type: inputs[0]!.type, dims }];
  },
  eval: ([dy], node) => {
    const dims = [...dy!.dims.slice(0, 2), ...ints(node, "shape")];
    const { window, planes, inputSize, outputSize, taps } = poolingOf(node, dims);
    const by = divisors(node, window, dims.slice(2), dy!.dims.slice(2));
    const dx = new Float64Array(sizeOf(dims));
    for (let plane = 0; plane < planes; plane++) {
      for (const offsets of taps) {
        offsets.forEach((offset, o) => {
          if (offset >= 0)
            dx[plane * inputSize + offset]! += dy!.data[plane * outputSize + o]! / by[o]!;
        });
      }
    }
    return [tensor(dy!.type, dx, dims)];
  },
  vjp: (g, { node, inputs: [dy], dy: cotangent }) => [
    () => {
      const dx = g.op("AveragePool", [g.mergeClasses(cotangent)], attributesBut(node, "shape"));
      return g.splitClasses(dx, dy!);
    },
  ],
};
