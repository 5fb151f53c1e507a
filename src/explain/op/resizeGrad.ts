import { GraphError } from "../error";
import { printDims } from "../graph/dim";
import type { Dim, Node } from "../graph/graph";
import { castTo } from "../tensor";
import { attributesBut, ints } from "./helper/attribute";
import { transposedWeights, weigh } from "./helper/interpolation";
import { axesOf, resizeAttributes, resizedDims, weightedAxes } from "./helper/resizing";
import type { Op } from "./op";

const { extrapolation_value: _, ...attributes } = resizeAttributes;

/**
 * Sightline's own: the gradient of Resize, which is its transpose.
 *
 * dY, roi, scales, sizes → dX. Attributes as of Resize with `axes` given, from the end; `shape` = the sizes of dX along them. Any axes
 * may stand in front (classes).
 */
export const resizeGrad: Op = {
  name: "ResizeGrad",
  private: true,
  attributes: { ...attributes, shape: undefined },
  shape: ({ node, inputs: [dy], ints: read }) => {
    const dims = before(node, dy!.dims);
    const after = resizedDims(node, dims, read);
    if (printDims(after) !== printDims(dy!.dims)) {
      throw new GraphError(
        node.name,
        `resizes to ${printDims(after)}, not to ${printDims(dy!.dims)}`,
      );
    }
    return [{ type: dy!.type, dims }];
  },
  eval: ([dy, ...given], node) => {
    const dims = before(node, dy!.dims) as number[];
    const axes = weightedAxes(node, dims, (i) => given[i - 1] && [...given[i - 1]!.data]);
    const dx = axes.reduce(
      (value, { axis, size, weights }) => weigh(value, axis, transposedWeights(weights, size)),
      dy!,
    );
    return [castTo(dx, dy!.type)];
  },
  vjp: (g, { node, inputs: [, ...given], dy: cotangent }) => [
    () => g.op("Resize", [cotangent, ...given], attributesBut(node, "shape")),
    null,
    null,
    null,
  ],
};

/** The shape before resizing, of which `dims` is the shape afterwards. */
function before(node: Node, dims: readonly Dim[]): Dim[] {
  const result = [...dims];
  axesOf(node, dims.length).forEach((axis, i) => (result[axis] = ints(node, "shape")[i]!));
  return result;
}
