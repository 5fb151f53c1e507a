import { castTo, dtypes, type DType } from "../tensor";
import { text } from "./helper/attribute";
import type { Node } from "../graph/graph";
import type { Op } from "./op";
import { sameInts } from "./helper/shapeArithmetic";

/**
 * Cast: https://onnx.ai/onnx/operators/onnx__Cast.html. In the graph `to` is a {@link DType} by name. Between floats the
 * gradient passes; to and from integers there is none.
 */
export const cast: Op = {
  name: "Cast",
  attributes: { to: undefined, saturate: 1 },
  shape: ({ node, inputs: [x] }) => [{ type: target(node), dims: x!.dims }],
  eval: ([x], node) => [castTo(x!, target(node))],
  vjp: (g, { node, inputs: [x], dy }) => {
    const from = g.type(x!);
    const passes = dtypes[from].float && dtypes[target(node)].float;
    return [passes ? () => g.op("Cast", [dy], { to: from }) : null];
  },
  ints: (context) =>
    ["int32", "int64"].includes(target(context.node)) ? sameInts(context) : undefined,
};

function target(node: Node): DType {
  return text(node, "to") as DType;
}
