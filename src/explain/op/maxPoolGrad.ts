import { GraphError } from "../error";
import { printDims } from "../graph/dim";
import { sizeOf, zeros } from "../tensor";
import type { Op } from "./op";
import { boundedMaxima, maxPoolGradAttributes, pooledDims } from "./helper/pooling";

/**
 * Sightline's own: the gradient of MaxPool.
 *
 * X [N, C, …], dY [*, N, C, …] → dX [*, N, C, …]: the cotangent of each window goes to its first maximum in X. `*` is any number
 * of axes (classes), for all of which the maxima are found once. Attributes as of MaxPool with explicit pads; windows whose maximum is not between
 * `low` and `high` send nothing.
 */
export const maxPoolGrad: Op = {
  name: "MaxPoolGrad",
  private: true,
  attributes: maxPoolGradAttributes,
  shape: ({ node, inputs }) => {
    const [x, dy] = inputs;
    const pooled = pooledDims(node, x!.dims);
    const lead = dy!.dims.slice(0, -pooled.length);
    if (pooled.some((dim, axis) => dim !== dy!.dims[lead.length + axis])) {
      throw new GraphError(
        node.name,
        `cotangent ${printDims(dy!.dims)} does not end in ${printDims(pooled)}`,
      );
    }
    return [{ type: dy!.type, dims: [...lead, ...x!.dims] }];
  },
  eval: ([x, dy], node) => {
    const at = boundedMaxima(node, x!);
    const dx = zeros(dy!.type, [...dy!.dims.slice(0, -x!.dims.length), ...x!.dims]);
    const size = sizeOf(x!.dims);
    dy!.data.forEach((value, i) => {
      const offset = at[i % at.length]!;
      if (offset >= 0) dx.data[Math.floor(i / at.length) * size + offset]! += value;
    });
    return [dx];
  },
  vjp: (g, { node, inputs: [x], dy: cotangent }) => [
    null,
    () => g.op("MaxPoolGather", [x!, cotangent], node.attributes),
  ],
};
