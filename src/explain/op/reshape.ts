import { GraphError } from "../error";
import { divideDims, isConcrete, multiplyDims, printDims } from "../graph/dim";
import type { Dim, Node } from "../graph/graph";
import { int } from "./helper/attribute";
import { openDim } from "./helper/axis";
import { asCotangentOf } from "./helper/cotangent";
import type { Op } from "./op";
import { sameInts } from "./helper/shapeArithmetic";

/** Reshape: https://onnx.ai/onnx/operators/onnx__Reshape.html */
export const reshape: Op = {
  name: "Reshape",
  attributes: { allowzero: 0 },
  shape: ({ node, inputs: [x, target], ints }) => {
    const wanted = ints(1) ?? openDims(node, target!.dims);
    return [{ type: x!.type, dims: resolve(node, x!.dims, wanted) }];
  },
  eval: ([x, target], node) => {
    const dims = resolve(node, x!.dims, [...target!.data]) as number[];
    return [{ type: x!.type, dims, data: x!.data }];
  },
  vjp: (g, { inputs: [x], dy }) => [() => asCotangentOf(g, x!, dy), null],
  ints: sameInts,
};

function openDims(node: Node, [rank]: readonly Dim[]): Dim[] {
  if (typeof rank !== "number") throw new GraphError(node.name, "reshapes to an unknown rank");
  return Array.from({ length: rank }, (_, axis) => openDim(node, axis));
}

/** The new shape: 0 takes the old size of that axis (unless `allowzero`), −1 what is left over. */
function resolve(node: Node, dims: readonly Dim[], target: readonly Dim[]): Dim[] {
  const keepsZero = int(node, "allowzero") === 1;
  const sizes = target.map((dim, axis) => (dim === 0 && !keepsZero ? dims[axis] : dim));
  if (sizes.some((dim) => dim === undefined)) throw misfit(node, dims, target);
  const open = sizes.indexOf(-1);
  const total = multiplyDims(dims);
  const given = multiplyDims(sizes.filter((dim) => dim !== undefined && dim !== -1) as Dim[]);
  if (open < 0) {
    if (isConcrete([total, given]) && total !== given) throw misfit(node, dims, target);
    return sizes as Dim[];
  }
  const rest = divideDims(total, given);
  if (rest === undefined && isConcrete([total, given])) throw misfit(node, dims, target);
  sizes[open] = rest ?? openDim(node, open);
  return sizes as Dim[];
}

function misfit(node: Node, dims: readonly Dim[], target: readonly Dim[]): GraphError {
  return new GraphError(
    node.name,
    `cannot reshape ${printDims(dims)} to ${printDims(target)}, which has another number of elements`,
  );
}
