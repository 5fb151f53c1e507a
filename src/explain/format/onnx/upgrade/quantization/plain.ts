import { attributesBut } from "../../../../op/helper/attribute";
import type { Upgrade } from "../upgrade";

/** QuantizeLinear and DequantizeLinear in the forms of other opsets and of onnxruntime. */
export const plain: Readonly<Record<string, Upgrade>> = {
  "com.microsoft.QuantizeLinear": (_g, node) => ({ ...node, op: "QuantizeLinear" }),
  "com.microsoft.DequantizeLinear": (_g, node) => ({ ...node, op: "DequantizeLinear" }),
  // From opset 23 on the result may have another element type than the scale.
  DequantizeLinear: (g, node) => {
    const { output_dtype: to } = node.attributes;
    const attributes = attributesBut(node, "output_dtype");
    if (to === undefined || to === g.type(node.inputs[1]!)) return { ...node, attributes };
    const real = g.op("DequantizeLinear", node.inputs, attributes);
    return { ...node, op: "Cast", inputs: [real], attributes: { to } };
  },
};
