import { sizeOf, tensor } from "../tensor";
import { float } from "./helper/attribute";
import { alongChannels, sumPerChannel } from "./helper/channels";
import { sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";
import { standardize, standardized, standardizedGradient } from "./helper/standardization";

/**
 * InstanceNormalization: https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html
 *
 * X [N, C, …], scale and B [C]: every plane is brought to mean 0 and variance 1, times scale, plus B.
 */
export const instanceNormalization: Op = {
  name: "InstanceNormalization",
  attributes: { epsilon: 1e-5 },
  shape: sameAsFirst,
  eval: ([x, scale, b], node) => {
    const plane = sizeOf(x!.dims.slice(2));
    const { values } = standardize(x!, x!.dims.length - 2, float(node, "epsilon"));
    const y = values.map((value, i) => {
      const channel = Math.floor(i / plane) % x!.dims[1]!;
      return value * scale!.data[channel]! + b!.data[channel]!;
    });
    return [tensor(x!.type, y, x!.dims)];
  },
  vjp: (g, { node, inputs, dy }) => {
    const [x, scale] = inputs as [string, string];
    const rank = g.dims(x).length;
    const parts = () => standardized(g, x, rank - 2, float(node, "epsilon"));
    return [
      () => {
        const dv = g.op("Mul", [dy, alongChannels(g, scale, rank)]);
        return standardizedGradient(g, dv, parts(), rank - 2);
      },
      () => sumPerChannel(g, g.op("Mul", [dy, parts().values]), rank),
      () => sumPerChannel(g, dy, rank),
    ];
  },
};
