import { GraphError } from "../error";
import { scalar, tensor } from "../tensor";
import { map } from "./helper/elementwise";
import { halfToEven } from "./helper/halfToEven";
import type { Op } from "./op";

/**
 * DynamicQuantizeLinear: https://onnx.ai/onnx/operators/onnx__DynamicQuantizeLinear.html
 *
 * Bytes whose range is that of the value itself, zero included: y = round(x / scale) + zero point, scale, zero point. The gradient goes
 * straight through the rounding, and nothing is clipped; scale and zero point count as constants. The cotangent of the bytes is a float.
 */
export const dynamicQuantizeLinear: Op = {
  name: "DynamicQuantizeLinear",
  shape: ({ inputs: [x] }) => [
    { type: "uint8", dims: x!.dims },
    { type: x!.type, dims: [] },
    { type: "uint8", dims: [] },
  ],
  eval: ([x]) => {
    const round = x!.type === "float64" ? (value: number) => value : Math.fround;
    let [low, high] = [0, 0];
    for (const value of x!.data) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    // All zeros would divide by zero; any step will do.
    const step = high === low ? 1 : round(round(high - low) / 255);
    const byte = (value: number) => Math.min(255, Math.max(0, halfToEven(value)));
    const zero = byte(round(-low / step));
    const y = map(x!, (value) => byte(halfToEven(round(value / step)) + zero), "uint8");
    return [y, scalar(x!.type, step), tensor("uint8", [zero], [])];
  },
  vjp: (g, { node, outputs: [, scale], dys: [dy] }) => [
    () => {
      if (dy && scale) return g.op("Div", [dy, scale]);
      throw new GraphError(node.name, "has no gradient by the scale it finds");
    },
  ],
};
