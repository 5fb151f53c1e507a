import { GraphError } from "../error";
import { isConcrete } from "../graph/dim";
import type { Dim, Node } from "../graph/graph";
import { axisFromFront } from "./helper/axis";
import { asCotangentOf } from "./helper/cotangent";
import type { Op } from "./op";
import { sameInts } from "./helper/shapeArithmetic";

/** Unsqueeze: https://onnx.ai/onnx/operators/onnx__Unsqueeze.html */
export const unsqueeze: Op = {
  name: "Unsqueeze",
  shape: ({ node, inputs: [x], ints }) => {
    const axes = ints(1);
    if (!axes || !isConcrete(axes)) {
      throw new GraphError(node.name, "has axes that are not known before running");
    }
    return [{ type: x!.type, dims: withOnes(node, x!.dims, axes) }];
  },
  eval: ([x, axes], node) => [
    { ...x!, dims: withOnes(node, x!.dims, [...axes!.data]) as number[] },
  ],
  vjp: (g, { inputs: [x], dy }) => [() => asCotangentOf(g, x!, dy), null],
  ints: sameInts,
};

/** The axes are those of the result. */
function withOnes(node: Node, dims: readonly Dim[], axes: readonly number[]): Dim[] {
  const rank = dims.length + axes.length;
  const ones = axes.map((axis) => axisFromFront(node, axis, rank));
  const rest = [...dims];
  return Array.from({ length: rank }, (_, axis) => (ones.includes(axis) ? 1 : rest.shift()!));
}
