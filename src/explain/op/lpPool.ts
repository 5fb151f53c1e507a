import type { Builder } from "../graph/builder";
import type { Node } from "../graph/graph";
import { tensor } from "../tensor";
import { int, ints } from "./helper/attribute";
import { divisors, explicitPooling, pooledType, poolingOf } from "./helper/pooling";
import { mask } from "./helper/rule";
import { concreteSizes, windowAttributes, windowOf } from "./helper/window";
import type { Backward, Op } from "./op";

/**
 * LpPool: https://onnx.ai/onnx/operators/onnx__LpPool.html
 *
 * X [N, C, …] → Y [N, C, …] = (Σ |x|ᵖ)^(1/p) over each window. Where all of a window is 0 the gradient is 0.
 */
export const lpPool: Op = {
  name: "LpPool",
  attributes: { ...windowAttributes, ceil_mode: 0, p: 2 },
  shape: ({ node, inputs }) => [pooledType(node, inputs[0]!)],
  eval: ([x], node) => {
    const { dims, planes, inputSize, outputSize, taps } = poolingOf(node, x!.dims);
    const p = int(node, "p");
    const y = Float64Array.from({ length: planes * outputSize }, (_, i) => {
      const plane = Math.floor(i / outputSize) * inputSize;
      let sum = 0;
      for (const offsets of taps) {
        const offset = offsets[i % outputSize]!;
        if (offset >= 0) sum += Math.abs(x!.data[plane + offset]!) ** p;
      }
      return sum ** (1 / p);
    });
    return [tensor(x!.type, y, dims)];
  },
  vjp: (g, backward) => [() => gradient(g, backward)],
};

/** sign(x) · |x|^(p−1) times the sum of dy · y^(1−p) over the windows that see x. */
function gradient(g: Builder, { node, inputs: [x], outputs: [y], dy }: Backward): string {
  const p = int(node, "p");
  const nothing = mask(g, g.op("Equal", [y!, g.scalar(0, y!)]), y!);
  const shares = p === 1 ? dy : g.op("Mul", [dy, power(g, g.op("Add", [y!, nothing]), 1 - p)]);
  const sum = summedBack(g, node, x!, shares);
  if (p === 2) return g.op("Mul", [sum, x!]);
  const sign = g.op("Sign", [x!]);
  const slope = p === 1 ? sign : g.op("Mul", [sign, power(g, g.op("Abs", [x!]), p - 1)]);
  return g.op("Mul", [sum, slope]);
}

function power(g: Builder, value: string, exponent: number): string {
  return g.op("Pow", [value, g.scalar(exponent, value)]);
}

/** The transpose of summing over windows: that of averaging, times what was divided by. */
function summedBack(g: Builder, node: Node, x: string, shares: string): string {
  const sizes = concreteSizes(node, g.dims(x).slice(2));
  const explicit = { ...explicitPooling(node, g.dims(x)), count_include_pad: 0 };
  const counted = { ...node, attributes: explicit };
  const window = windowOf(counted, sizes, ints(node, "kernel_shape"));
  const pooled = g.dims(shares).slice(-sizes.length) as number[];
  const counts = divisors(counted, window, sizes, pooled);
  const by = g.constant(tensor(g.type(shares), counts, pooled));
  const merged = g.mergeClasses(g.op("Mul", [shares, by]));
  const attributes = { ...explicit, shape: sizes };
  return g.splitClasses(g.op("AveragePoolGrad", [merged], attributes), x);
}
