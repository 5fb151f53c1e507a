import type { Builder } from "../../graph/builder";
import type { NumberArray } from "../../tensor";

/** Swaps the last two axes. */
export function transposed(g: Builder, value: string): string {
  const rank = g.dims(value).length;
  const perm = Array.from({ length: rank - 2 }, (_, axis) => axis);
  return g.op("Transpose", [value], { perm: [...perm, rank - 1, rank - 2] });
}

/** A matrix within an array: element (i, j) is `data[offset + i·row + j·column]`. */
export interface Matrix {
  readonly data: NumberArray;
  readonly offset: number;
  readonly row: number;
  readonly column: number;
}

/** The whole array as a matrix of `columns` columns, or as the transpose of one of `rows` columns. */
export function matrixOf(
  data: NumberArray,
  columns: number,
  rows: number,
  trans: number,
  offset = 0,
): Matrix {
  return trans ? { data, offset, row: 1, column: rows } : { data, offset, row: columns, column: 1 };
}

/** a·b in double precision, [n, k]·[k, m] → [n, m]. */
export function product(a: Matrix, b: Matrix, n: number, k: number, m: number): Float64Array {
  const y = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let l = 0; l < k; l++) {
      const factor = a.data[a.offset + i * a.row + l * a.column]!;
      const from = b.offset + l * b.row;
      for (let j = 0; j < m; j++) y[i * m + j]! += factor * b.data[from + j * b.column]!;
    }
  }
  return y;
}
