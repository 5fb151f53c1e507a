import type { Parameter } from "../../graph/graph";
import { tensor } from "../../tensor";
import type { Refuse } from "./attribute";
import type { AttributeProto, NodeProto } from "./proto";
import type { TensorReader } from "./tensor";

/** The value of a Constant node: https://onnx.ai/onnx/operators/onnx__Constant.html */
export async function readConstant(
  node: NodeProto,
  tensors: TensorReader,
  refuse: Refuse,
): Promise<Parameter> {
  const [attribute] = node.attribute;
  const make = attribute && forms[attribute.name ?? ""];
  if (attribute?.t && attribute.name === "value") return tensors.read(attribute.t, node.output[0]!);
  if (!make) throw refuse(`holds ${attribute?.name ?? "nothing"}, which is not supported`);
  return make(attribute);
}

const forms: Readonly<Record<string, (attribute: AttributeProto) => Parameter>> = {
  value_float: ({ f = 0 }) => tensor("float32", [f], []) as Parameter,
  value_floats: ({ floats }) => tensor("float32", floats) as Parameter,
  value_int: ({ i = 0 }) => tensor("int64", [i], []) as Parameter,
  value_ints: ({ ints }) => tensor("int64", ints) as Parameter,
};
