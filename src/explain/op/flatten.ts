import { multiplyDims } from "../graph/dim";
import type { Dim, Node } from "../graph/graph";
import { int } from "./helper/attribute";
import { axisFromFront } from "./helper/axis";
import { asCotangentOf } from "./helper/cotangent";
import type { Op } from "./op";

/** Flatten: https://onnx.ai/onnx/operators/onnx__Flatten.html */
export const flatten: Op = {
  name: "Flatten",
  attributes: { axis: 1 },
  shape: ({ node, inputs: [x] }) => [{ type: x!.type, dims: twoAxes(node, x!.dims) }],
  eval: ([x], node) => [{ ...x!, dims: twoAxes(node, x!.dims) as number[] }],
  vjp: (g, { inputs: [x], dy }) => [() => asCotangentOf(g, x!, dy)],
};

/** The axis may be the rank itself. */
function twoAxes(node: Node, dims: readonly Dim[]): Dim[] {
  const given = int(node, "axis");
  const axis = given === dims.length ? given : axisFromFront(node, given, dims.length);
  return [multiplyDims(dims.slice(0, axis)), multiplyDims(dims.slice(axis))];
}
