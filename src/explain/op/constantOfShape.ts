import { tensor, zeros, type Tensor } from "../tensor";
import { maybeTensor } from "./helper/attribute";
import type { Node } from "../graph/graph";
import { openDim } from "./helper/axis";
import type { Op } from "./op";

/** ConstantOfShape: https://onnx.ai/onnx/operators/onnx__ConstantOfShape.html */
export const constantOfShape: Op = {
  name: "ConstantOfShape",
  attributes: { value: tensor("float32", [0]) },
  shape: ({ node, inputs: [target], ints }) => {
    const open = () => Array.from({ length: Number(target!.dims[0]) }, (_, i) => openDim(node, i));
    return [{ type: fill(node).type, dims: ints(0) ?? open() }];
  },
  eval: ([target], node) => {
    const { type, data } = fill(node);
    const y = zeros(type, [...target!.data]);
    y.data.fill(data[0]!);
    return [y];
  },
  vjp: () => [null],
};

function fill(node: Node): Tensor {
  return maybeTensor(node, "value")!;
}
