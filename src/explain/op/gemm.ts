import { GraphError } from "../error";
import { printDims } from "../graph/dim";
import { tensor } from "../tensor";
import { float, int } from "./helper/attribute";
import { broadcastTo } from "./helper/elementwise";
import { cotangentTimes, matrixOf, product, transposed } from "./helper/matrix";
import type { Op } from "./op";
import { scale } from "./helper/rule";

/**
 * Gemm: https://onnx.ai/onnx/operators/onnx__Gemm.html
 *
 * Y = alpha·A'·B' + beta·C with A' [n, k] and B' [k, m] (A and B or their transposes), and C broadcast to [n, m].
 */
export const gemm: Op = {
  name: "Gemm",
  attributes: { alpha: 1, beta: 1, transA: 0, transB: 0 },
  shape: ({ node, inputs }) => {
    const [n, k] = oriented(inputs[0]!.dims, int(node, "transA"));
    const [inner, m] = oriented(inputs[1]!.dims, int(node, "transB"));
    if (typeof k === "number" && typeof inner === "number" && k !== inner) {
      throw new GraphError(
        node.name,
        `matrices ${printDims([n, k])} and ${printDims([inner, m])} cannot be multiplied`,
      );
    }
    return [{ type: inputs[0]!.type, dims: [n, m] }];
  },
  eval: ([a, b, c], node) => {
    const [n, k] = oriented(a!.dims, int(node, "transA"));
    const [, m] = oriented(b!.dims, int(node, "transB"));
    const left = matrixOf(a!.data, k, n, int(node, "transA"));
    const right = matrixOf(b!.data, m, k, int(node, "transB"));
    const bias = c && broadcastTo(c, [n, m]);
    const [alpha, beta] = [float(node, "alpha"), float(node, "beta")];
    const y = product(left, right, n, k, m).map((v, i) => alpha * v + (bias ? beta * bias[i]! : 0));
    return [tensor(a!.type, y, [n, m])];
  },
  vjp: (g, { node, inputs, dy }) => {
    const [a, b] = inputs as [string, string];
    const transA = int(node, "transA");
    const transB = int(node, "transB");
    const alpha = float(node, "alpha");
    return [
      () => {
        // Classes are further rows, so that one Gemm reads B as it lies: no transposed copy of the weights.
        const rows = cotangentTimes(g, g.mergeClasses(dy), b, { alpha, transB: 1 - transB });
        const lead = g.dims(dy).slice(0, -1);
        const da = g.reshape(rows, [...lead, g.dims(rows)[1]!]);
        return transA ? transposed(g, da) : da;
      },
      () => {
        const db = g.op("MatMul", [transA ? a : transposed(g, a), scale(g, dy, alpha)]);
        return transB ? transposed(g, db) : db;
      },
      () => scale(g, dy, float(node, "beta")),
    ];
  },
};

/** The two axes of a matrix, swapped if it is to be transposed. */
function oriented<T>([rows, columns]: readonly T[], trans: number): [T, T] {
  return trans ? [columns!, rows!] : [rows!, columns!];
}
