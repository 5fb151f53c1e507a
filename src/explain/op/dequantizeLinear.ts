import { zeros } from "../tensor";
import { broadcastScale, checkScale, scaleIndices } from "./helper/quantization";
import type { Op } from "./op";

/**
 * DequantizeLinear: https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html
 *
 * y = (x − zero point) · scale, in the element type of the scale. The cotangent of the integers x is a float: it is about them as real
 * numbers. Scale and zero point have none by design.
 */
export const dequantizeLinear: Op = {
  name: "DequantizeLinear",
  attributes: { axis: 1, block_size: 0 },
  shape: ({ node, inputs: [x, scale] }) => {
    checkScale(node, x!.dims, scale!.dims);
    return [{ type: scale!.type, dims: x!.dims }];
  },
  eval: ([x, scale, zero], node) => {
    const at = scaleIndices(node, x!.dims, scale!.dims);
    const round = scale!.type === "float64" ? (value: number) => value : Math.fround;
    const y = zeros(scale!.type, x!.dims);
    for (let i = 0; i < y.data.length; i++) {
      y.data[i] = round(x!.data[i]! - (zero?.data[at(i)] ?? 0)) * scale!.data[at(i)]!;
    }
    return [y];
  },
  vjp: (g, { node, inputs: [x, scale], dy }) => [
    () => g.op("Mul", [dy, broadcastScale(g, node, scale!, x!)]),
    null,
    null,
  ],
};
