import { GraphError } from "../error";
import { printDims } from "../graph/dim";
import { sizeOf, zeros } from "../tensor";
import type { Op } from "./op";
import { boundedMaxima, maxPoolGradAttributes, pooledDims, poolingOf } from "./helper/pooling";

/**
 * Sightline's own: the transpose of MaxPoolGrad.
 *
 * X [N, C, …], V [*, N, C, …] of the spatial sizes of X → [*, N, C, …] of the pooled sizes: the element of V where each window of X
 * has its first maximum. `*` is any number of axes. Attributes as of MaxPool with explicit pads.
 */
export const maxPoolGather: Op = {
  name: "MaxPoolGather",
  private: true,
  attributes: maxPoolGradAttributes,
  shape: ({ node, inputs }) => {
    const [x, v] = inputs;
    const lead = v!.dims.slice(0, -x!.dims.length);
    if (x!.dims.some((dim, axis) => dim !== v!.dims[lead.length + axis])) {
      throw new GraphError(
        node.name,
        `values ${printDims(v!.dims)} do not end in ${printDims(x!.dims)}`,
      );
    }
    return [{ type: v!.type, dims: [...lead, ...pooledDims(node, x!.dims)] }];
  },
  eval: ([x, v], node) => {
    const pooling = poolingOf(node, x!.dims);
    const at = boundedMaxima(node, x!);
    const y = zeros(v!.type, [...v!.dims.slice(0, -x!.dims.length), ...pooling.dims]);
    const size = sizeOf(x!.dims);
    for (let i = 0; i < y.data.length; i++) {
      const offset = at[i % at.length]!;
      if (offset >= 0) y.data[i] = v!.data[Math.floor(i / at.length) * size + offset]!;
    }
    return [y];
  },
  vjp: (g, { node, inputs: [x], dy: cotangent }) => [
    null,
    () => g.op("MaxPoolGrad", [x!, cotangent], node.attributes),
  ],
};
