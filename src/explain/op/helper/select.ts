import { stridesOf, zeros, type Tensor } from "../../tensor";

/** 0, 1, …, length − 1 */
export function count(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

/** y[i₀, i₁, …] = x[indices₀[i₀], indices₁[i₁], …], and `fill` where an index is −1. */
export function select(x: Tensor, indices: readonly (readonly number[])[], fill = 0): Tensor {
  const y = zeros(
    x.type,
    indices.map((list) => list.length),
  );
  const strides = stridesOf(x.dims);
  let at = 0;
  const visit = (axis: number, from: number): void => {
    if (axis === indices.length) y.data[at++] = from < 0 ? fill : x.data[from]!;
    else {
      const stride = strides[axis]!;
      for (const index of indices[axis]!) {
        visit(axis + 1, from < 0 || index < 0 ? -1 : from + index * stride);
      }
    }
  };
  visit(0, 0);
  return y;
}

/** Picks `indices` along one axis (from the front) and everything along the others. */
export function selectAlong(x: Tensor, axis: number, indices: readonly number[]): Tensor {
  return select(
    x,
    x.dims.map((size, i) => (i === axis ? indices : count(size))),
  );
}
