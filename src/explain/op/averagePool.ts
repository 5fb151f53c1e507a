import { tensor } from "../tensor";
import { int } from "./helper/attribute";
import type { Op } from "./op";
import { divisors, explicitPooling, pooledType, poolingOf } from "./helper/pooling";
import { concreteSizes, windowAttributes } from "./helper/window";

/**
 * AveragePool: https://onnx.ai/onnx/operators/onnx__AveragePool.html
 *
 * X [N, C, …] → Y [N, C, …]. What each window divides by is told at `divisors`.
 */
export const averagePool: Op = {
  name: "AveragePool",
  attributes: { ...windowAttributes, ceil_mode: 0, count_include_pad: 0 },
  shape: ({ node, inputs }) => [pooledType(node, inputs[0]!)],
  eval: ([x], node) => {
    const { dims, window, planes, inputSize, outputSize, taps } = poolingOf(node, x!.dims);
    const by = divisors(node, window, x!.dims.slice(2), dims.slice(2));
    const y = Float64Array.from({ length: planes * outputSize }, (_, i) => {
      const plane = Math.floor(i / outputSize) * inputSize;
      let sum = 0;
      for (const offsets of taps) {
        const offset = offsets[i % outputSize]!;
        if (offset >= 0) sum += x!.data[plane + offset]!;
      }
      return sum / by[i % outputSize]!;
    });
    return [tensor(x!.type, y, dims)];
  },
  vjp: (g, { node, inputs: [x], dy }) => [
    () => {
      const dx = g.op("AveragePoolGrad", [g.mergeClasses(dy)], {
        ...explicitPooling(node, g.dims(x!)),
        count_include_pad: int(node, "count_include_pad"),
        shape: concreteSizes(node, g.dims(x!).slice(2)),
      });
      return g.splitClasses(dx, x!);
    },
  ],
};
