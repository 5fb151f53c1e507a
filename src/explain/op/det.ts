import { GraphError } from "../error";
import { printDims } from "../graph/dim";
import { sizeOf, tensor, type NumberArray } from "../tensor";
import { count } from "./helper/select";
import type { Op } from "./op";

/** Det of square matrices in the last two axes; without a gradient: https://onnx.ai/onnx/operators/onnx__Det.html */
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
};

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
