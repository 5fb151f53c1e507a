import type { Builder } from "../../../graph/builder";
import { multiplyDims } from "../../../graph/dim";
import { weightMatrix, type Weights } from "../../../op/helper/interpolation";

/** Weighted sums along one axis (from the front) that is `size` long, as a product with the matrix of the weights. */
export function weighedAlong(
  g: Builder,
  value: string,
  axis: number,
  size: number,
  weights: Weights,
): string {
  const dims = g.dims(value);
  const matrix = g.constant(weightMatrix(weights, size, g.type(value)));
  if (axis === dims.length - 1) {
    return g.op("MatMul", [value, g.op("Transpose", [matrix], { perm: [1, 0] })]);
  }
  const inner = multiplyDims(dims.slice(axis + 1));
  const planes = g.reshape(value, [...dims.slice(0, axis + 1), inner]);
  const product = g.op("MatMul", [matrix, planes]);
  return g.reshape(product, dims.with(axis, weights.length));
}

/** How many times each of `size` old positions is copied, one after the other; `undefined` when that is not all that happens. */
export function copies(weights: Weights, size: number): number | undefined {
  const times = weights.length / size;
  const isCopied = weights.every(
    (row, i) => row.size === 1 && row.get(Math.floor(i / times)) === 1,
  );
  return Number.isInteger(times) && isCopied ? times : undefined;
}
