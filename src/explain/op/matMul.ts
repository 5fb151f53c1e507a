import { GraphError } from "../error";
import type { Builder } from "../graph/builder";
import { broadcastDims, multiplyDims, printDims } from "../graph/dim";
import type { Dim, Node } from "../graph/graph";
import { sizeOf, tensor } from "../tensor";
import { broadcastTo } from "./helper/elementwise";
import { cotangentTimes, matrixOf, product, transposed } from "./helper/matrix";
import type { Op } from "./op";

/**
 * MatMul: https://onnx.ai/onnx/operators/onnx__MatMul.html
 *
 * [*, n, k]·[*, k, m] → [*, n, m] with broadcasting of `*`. A left operand of one axis is a row and a right one a column; the
 * axis of size 1 that this adds does not appear in the product.
 */
export const matMul: Op = {
  name: "MatMul",
  shape: ({ node, inputs }) => {
    const [a, b] = [inputs[0]!.dims, inputs[1]!.dims];
    return [{ type: inputs[0]!.type, dims: withoutAdded(a, b, productDims(node, a, b)) }];
  },
  eval: ([a, b], node) => {
    const dims = productDims(node, a!.dims, b!.dims) as number[];
    const batch = dims.slice(0, -2);
    const [n, m] = dims.slice(-2) as [number, number];
    const k = a!.dims.at(-1)!;
    const left = broadcastTo({ ...a!, dims: asRow(a!.dims) as number[] }, [...batch, n, k]);
    const right = broadcastTo({ ...b!, dims: asColumn(b!.dims) as number[] }, [...batch, k, m]);
    const y = new Float64Array(sizeOf(dims));
    for (let i = 0; i < sizeOf(batch); i++) {
      const row = matrixOf(left, k, n, 0, i * n * k);
      const column = matrixOf(right, m, k, 0, i * k * m);
      y.set(product(row, column, n, k, m), i * n * m);
    }
    return [tensor(a!.type, y, withoutAdded(a!.dims, b!.dims, dims) as number[])];
  },
  vjp: (g, { inputs, dy }) => {
    const [a, b] = inputs as [string, string];
    const isRow = g.dims(a).length === 1;
    const isColumn = g.dims(b).length === 1;
    const axes = [...(isRow ? [-2] : []), ...(isColumn ? [-1] : [])];
    const unsqueeze = (value: string, added: readonly number[]) =>
      added.length === 0 ? value : g.op("Unsqueeze", [value, g.ints(added)]);
    const squeeze = (value: string, axis: number, was: boolean) =>
      was ? g.op("Squeeze", [value, g.ints([axis])]) : value;
    const left = () => unsqueeze(a, isRow ? [0] : []);
    const right = () => unsqueeze(b, isColumn ? [1] : []);
    const cotangent = () => unsqueeze(dy, axes);
    return [
      () => squeeze(timesTransposed(g, cotangent(), right()), -2, isRow),
      () =>
        squeeze(
          transposedTimes(g, left(), cotangent(), g.dims(right()).length === 2),
          -1,
          isColumn,
        ),
    ];
  },
};

/** dY·Bᵀ. When B has no batch, one Gemm reads it as it lies: no transposed copy of the weights. */
function timesTransposed(g: Builder, dy: string, b: string): string {
  const lead = g.dims(dy).slice(0, -1);
  if (g.dims(b).length > 2 || manyNames(lead)) return g.op("MatMul", [dy, transposed(g, b)]);
  const merged = g.reshape(dy, [multiplyDims(lead), g.dims(dy).at(-1)!]);
  const rows = cotangentTimes(g, merged, b, { transB: 1 });
  return g.reshape(rows, [...lead, g.dims(b)[0]!]);
}

/** Aᵀ·dY. When the sum over the batch is wanted anyway (B has none), the batch joins the rows. */
function transposedTimes(g: Builder, a: string, dy: string, sum: boolean): string {
  const lead = g.dims(a).slice(0, -1);
  if (!sum || manyNames(lead)) return g.op("MatMul", [transposed(g, a), dy]);
  const classes = g.classes === 1 ? [] : [g.classes];
  const rows = g.reshape(a, [multiplyDims(lead), g.dims(a).at(-1)!]);
  const cotangents = g.reshape(dy, [...classes, multiplyDims(lead), g.dims(dy).at(-1)!]);
  return g.op("MatMul", [transposed(g, rows), cotangents]);
}

function manyNames(dims: readonly Dim[]): boolean {
  return dims.filter((dim) => typeof dim === "string").length > 1;
}

/** The dims of the product, of operands that are made matrices: [*, n, m]. */
function productDims(node: Node, a: readonly Dim[], b: readonly Dim[]): Dim[] {
  const left = asRow(a);
  const right = asColumn(b);
  const batch = broadcastDims(left.slice(0, -2), right.slice(0, -2));
  const [k, inner] = [left.at(-1), right.at(-2)];
  const fits = typeof k !== "number" || typeof inner !== "number" || k === inner;
  if (batch && fits) return [...batch, left.at(-2)!, right.at(-1)!];
  throw new GraphError(
    node.name,
    `shapes ${printDims(a)} and ${printDims(b)} cannot be multiplied`,
  );
}

function asRow(dims: readonly Dim[]): readonly Dim[] {
  return dims.length === 1 ? [1, ...dims] : dims;
}

function asColumn(dims: readonly Dim[]): readonly Dim[] {
  return dims.length === 1 ? [...dims, 1] : dims;
}

function withoutAdded(a: readonly Dim[], b: readonly Dim[], dims: readonly Dim[]): Dim[] {
  const row = a.length === 1 ? dims.length - 2 : -1;
  const column = b.length === 1 ? dims.length - 1 : -1;
  return dims.filter((_, axis) => axis !== row && axis !== column);
}
