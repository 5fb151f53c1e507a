import { GraphError } from "../error";
import { isConcrete, printDims } from "../graph/dim";
import type { Dim, Node } from "../graph/graph";
import { axisFromFront } from "./helper/axis";
import { asCotangentOf } from "./helper/cotangent";
import type { Op } from "./op";
import { sameInts } from "./helper/shapeArithmetic";

/** Squeeze: https://onnx.ai/onnx/operators/onnx__Squeeze.html */
export const squeeze: Op = {
  name: "Squeeze",
  shape: ({ node, inputs: [x, axes], ints }) => {
    const given = axes && ints(1);
    if (axes && !(given && isConcrete(given))) {
      throw new GraphError(node.name, "has axes that are not known before running");
    }
    return [
      { type: x!.type, dims: without(node, x!.dims, given as readonly number[] | undefined) },
    ];
  },
  eval: ([x, axes], node) => {
    const dims = without(node, x!.dims, axes && [...axes.data]);
    return [{ ...x!, dims }];
  },
  vjp: (g, { inputs: [x], dy }) => [() => asCotangentOf(g, x!, dy), null],
  ints: sameInts,
};

/** Without `axes`, every size of 1 goes; one with a name stays. */
function without<T extends Dim>(node: Node, dims: readonly T[], axes?: readonly number[]): T[] {
  if (!axes) return dims.filter((dim) => dim !== 1);
  const gone = axes.map((axis) => axisFromFront(node, axis, dims.length));
  const wrong = gone.find((axis) => typeof dims[axis] === "number" && dims[axis] !== 1);
  if (wrong !== undefined) {
    throw new GraphError(node.name, `cannot squeeze axis ${wrong} of ${printDims(dims)}`);
  }
  return dims.filter((_, axis) => !gone.includes(axis));
}
