import type { Builder } from "../graph/builder";
import { multiplyDims } from "../graph/dim";
import { sizeOf, tensor } from "../tensor";
import { float, int } from "./helper/attribute";
import { sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";
import { scale, shift } from "./helper/rule";
import { concreteSizes } from "./helper/window";

/**
 * LRN, local response normalization: https://onnx.ai/onnx/operators/onnx__LRN.html
 *
 * Y = X·s^−beta with s = bias + alpha·(mean of X² over `size` neighbouring channels; those beyond the ends count as zeros).
 */
export const lrn: Op = {
  name: "LRN",
  attributes: { alpha: 1e-4, beta: 0.75, bias: 1, size: undefined },
  shape: sameAsFirst,
  eval: ([x], node) => {
    const size = int(node, "size");
    const { before, after } = neighbours(size);
    const channels = x!.dims[1]!;
    const plane = sizeOf(x!.dims.slice(2));
    const y = Float64Array.from(x!.data, (value, i) => {
      const channel = Math.floor(i / plane) % channels;
      let sum = 0;
      for (let step = -before; step <= after; step++) {
        if (channel + step < 0 || channel + step >= channels) continue;
        sum += x!.data[i + step * plane]! ** 2;
      }
      const spread = float(node, "bias") + (float(node, "alpha") / size) * sum;
      return value * spread ** -float(node, "beta");
    });
    return [tensor(x!.type, y, x!.dims)];
  },
  vjp: (g, { node, inputs, dy }) => [
    () => {
      const x = inputs[0]!;
      concreteSizes(node, g.dims(x).slice(1));
      const { before, after } = neighbours(int(node, "size"));
      const [alpha, beta] = [float(node, "alpha"), float(node, "beta")];
      const mean = (value: string, first: number, last: number) =>
        channelMean(g, value, g.dims(x).length, first, last);
      const squares = mean(g.op("Mul", [x, x]), before, after);
      const spread = shift(g, scale(g, squares, alpha), float(node, "bias"));
      const direct = g.op("Mul", [dy, g.op("Pow", [spread, g.scalar(-beta, spread)])]);
      // What X adds to the spread of its neighbours; it is a neighbour of those for which it lies the other way.
      const shares = g.op("Mul", [direct, g.op("Div", [x, spread])]);
      const through = g.op("Mul", [x, mean(shares, after, before)]);
      return g.op("Sub", [direct, scale(g, through, 2 * alpha * beta)]);
    },
  ],
};

/** How many of the `size` channels lie before and behind the one in question. */
function neighbours(size: number) {
  return { before: Math.floor((size - 1) / 2), after: Math.ceil((size - 1) / 2) };
}

/** The mean over neighbouring channels of [*, N, C, …] (`rank` without classes), as a pooling of columns of channels. */
function channelMean(
  g: Builder,
  value: string,
  rank: number,
  before: number,
  after: number,
): string {
  const dims = g.dims(value);
  const front = dims.length - rank + 1;
  const columns = [
    multiplyDims(dims.slice(0, front)),
    1,
    dims[front]!,
    multiplyDims(dims.slice(front + 1)),
  ];
  const pooled = g.op("AveragePool", [g.reshape(value, columns)], {
    kernel_shape: [before + 1 + after, 1],
    pads: [before, 0, after, 0],
    count_include_pad: 1,
  });
  return g.reshape(pooled, dims);
}
