import type { Builder } from "../../graph/builder";
import { sizeOf, type Tensor } from "../../tensor";
import { shift } from "./rule";

/** Numbers in blocks, each brought to mean 0 and variance 1. */
export interface Standardized {
  readonly values: Float64Array;
  /** Per block. */
  readonly means: Float64Array;
  /** 1/√(variance + ε), per block. */
  readonly scales: Float64Array;
}

/** Standardizes `x` over its last `axes` axes. */
export function standardize(x: Tensor, axes: number, epsilon: number): Standardized {
  const size = sizeOf(x.dims.slice(x.dims.length - axes));
  const blocks = x.data.length / size;
  const means = new Float64Array(blocks);
  const scales = new Float64Array(blocks);
  const values = new Float64Array(x.data.length);
  for (let block = 0; block < blocks; block++) {
    const part = Float64Array.from(x.data.subarray(block * size, (block + 1) * size));
    const mean = part.reduce((sum, value) => sum + value, 0) / size;
    const variance = part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
    means[block] = mean;
    scales[block] = 1 / Math.sqrt(variance + epsilon);
    values.set(
      part.map((value) => (value - mean) * scales[block]!),
      block * size,
    );
  }
  return { values, means, scales };
}

/** The nodes of {@link standardize}: the values, and what they were multiplied by. */
export function standardized(g: Builder, x: string, axes: number, epsilon: number) {
  const centred = g.op("Sub", [x, meanOf(g, x, axes)]);
  const variance = meanOf(g, g.op("Mul", [centred, centred]), axes);
  const scale = g.op("Reciprocal", [g.op("Sqrt", [shift(g, variance, epsilon)])]);
  return { values: g.op("Mul", [centred, scale]), scale };
}

/** From the cotangent `dv` of the standardized values to that of `x`: what moves mean or variance only is taken out. */
export function standardizedGradient(
  g: Builder,
  dv: string,
  { values, scale }: { readonly values: string; readonly scale: string },
  axes: number,
): string {
  const along = g.op("Mul", [values, meanOf(g, g.op("Mul", [dv, values]), axes)]);
  const free = g.op("Sub", [g.op("Sub", [dv, meanOf(g, dv, axes)]), along]);
  return g.op("Mul", [free, scale]);
}

function meanOf(g: Builder, value: string, axes: number): string {
  const last = Array.from({ length: axes }, (_, i) => i - axes);
  return g.op("ReduceMean", [value, g.ints(last)], { keepdims: 1 });
}
