import { GraphError } from "../error";
import type { Builder } from "../graph/builder";
import { printDims } from "../graph/dim";
import { sizeOf, tensor, type NumberArray } from "../tensor";
import { count } from "./helper/select";
import type { Op } from "./op";

/**
 * Det of square matrices in the last two axes: https://onnx.ai/onnx/operators/onnx__Det.html. The gradient is the matrix of cofactors (Jacobi's
 * formula), which singular matrices have too: n² determinants of size n − 1, so meant for small ones.
 */
export const det: Op = {
  name: "Det",
  shape: ({ node, inputs: [x] }) => {
    const [rows, columns] = x!.dims.slice(-2);
    if (rows !== undefined && rows === columns)
      return [{ type: x!.type, dims: x!.dims.slice(0, -2) }];
    throw new GraphError(node.name, `Det of ${printDims(x!.dims)}, which are no square matrices`);
  },
  eval: ([x]) => {
    const dims = x!.dims.slice(0, -2);
    const size = x!.dims.at(-1)!;
    const area = size * size;
    const values = count(sizeOf(dims)).map((i) =>
      determinant(x!.data.subarray(i * area, (i + 1) * area), size),
    );
    return [tensor(x!.type, values, dims)];
  },
  vjp: (g, { node, inputs: [x], dy }) => [
    () => {
      const size = g.dims(x!).at(-1);
      if (typeof size !== "number") {
        throw new GraphError(node.name, "has no gradient: its sizes are not known before running");
      }
      const outer = g.op("Unsqueeze", [dy, g.ints([-2, -1])]);
      return size === 1 ? outer : g.op("Mul", [outer, cofactors(g, x!, size)]);
    },
  ],
};

/** The determinants of x without row i and column j, with the signs of a chessboard: of the shape of x. */
function cofactors(g: Builder, x: string, size: number): string {
  const others = count(size).map((i) => count(size).filter((j) => j !== i));
  const kept = g.constant(tensor("int64", others.flat(), [size, size - 1]));
  const rows = g.op("Gather", [x, kept], { axis: -2 });
  const minors = g.op("Gather", [rows, kept], { axis: -1 });
  const lead = count(g.dims(x).length - 2);
  const perm = [...lead, ...[0, 2, 1, 3].map((axis) => lead.length + axis)];
  const determinants = g.op("Det", [g.op("Transpose", [minors], { perm })]);
  const signs = count(size * size).map((i) => (-1) ** (Math.floor(i / size) + (i % size)));
  return g.op("Mul", [determinants, g.constant(tensor(g.type(x), signs, [size, size]))]);
}

/** The product of the pivots of Gaussian elimination, largest first; each exchange of rows turns the sign. */
function determinant(matrix: NumberArray, size: number): number {
  const rows = count(size).map((i) => Array.from(matrix.subarray(i * size, (i + 1) * size)));
  let result = 1;
  for (let k = 0; k < size; k++) {
    const column = rows.slice(k).map((row) => Math.abs(row[k]!));
    const pivot = k + column.indexOf(Math.max(...column));
    if (pivot !== k) {
      [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
      result = -result;
    }
    const [first] = rows.slice(k);
    result *= first![k]!;
    if (result === 0) return 0;
    for (const row of rows.slice(k + 1)) {
      const factor = row[k]! / first![k]!;
      for (let j = k; j < size; j++) row[j]! -= factor * first![j]!;
    }
  }
  return result;
}
