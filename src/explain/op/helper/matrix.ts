import type { Builder } from "../../graph/builder";
import { multiplyDims } from "../../graph/dim";
import type { NumberArray } from "../../tensor";

/** Swaps the last two axes. */
export function transposed(g: Builder, value: string): string {
  const rank = g.dims(value).length;
  const perm = Array.from({ length: rank - 2 }, (_, axis) => axis);
  return g.op("Transpose", [value], { perm: [...perm, rank - 1, rank - 2] });
}

/**
 * dy·B, or dy·Bᵀ, for a cotangent dy [rows, k]. Where dy picks classes, as the cotangent of a class score does, their rows of B are taken as they are: nothing is
 * multiplied, and nothing else of B is read (MobileNet-V2: 5 % of a forward pass).
 */
export function cotangentTimes(
  g: Builder,
  dy: string,
  b: string,
  { alpha = 1, transB }: { alpha?: number; transB: number },
): string {
  const classes = pickedClasses(g, dy);
  if (classes === undefined || alpha !== 1) return g.op("Gemm", [dy, b], { alpha, transB });
  const rows = g.reshape(classes, [multiplyDims(g.dims(classes))]);
  const picked = g.op("Gather", [b, rows], { axis: transB });
  return transB ? transposed(g, picked) : picked;
}

/** The class indices that a cotangent is one-hot of, if it is. */
function pickedClasses(g: Builder, dy: string): string | undefined {
  let maker = g.maker(dy);
  while (maker?.op === "Reshape") maker = g.maker(maker.inputs[0]!);
  if (maker?.op !== "OneHot") return undefined;
  const [indices, , values] = maker.inputs as [string, string, string];
  const isOneHot = maker.attributes["axis"] === -1 && `${g.known(values)}` === "0,1";
  return isOneHot && g.dims(maker.outputs[0]!).at(-1) === g.dims(dy).at(-1) ? indices : undefined;
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
