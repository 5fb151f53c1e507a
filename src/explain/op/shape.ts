import type { Dim } from "../graph/graph";
import { tensor } from "../tensor";
import { int, maybeInt } from "./helper/attribute";
import type { Op } from "./op";
import type { Node } from "../graph/graph";

/** Shape: https://onnx.ai/onnx/operators/onnx__Shape.html */
export const shape: Op = {
  name: "Shape",
  attributes: { start: 0, end: undefined },
  shape: ({ node, inputs: [x] }) => [{ type: "int64", dims: [part(node, x!.dims).length] }],
  eval: ([x], node) => [tensor("int64", part(node, x!.dims))],
  ints: ({ node, inputs: [x] }) => part(node, x!.dims),
};

/** `slice` treats negative and too large bounds as ONNX does. */
function part<T extends Dim>(node: Node, dims: readonly T[]): T[] {
  return dims.slice(int(node, "start"), maybeInt(node, "end"));
}
