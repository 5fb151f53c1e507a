import type { Row } from "../../../helper/operator";
import { normal } from "../../../helper/random";

const gemm: readonly Row[] = [
  { op: "Gemm", inputs: [normal([2, 3], 1), normal([3, 4], 2)], batched: [0] },
  {
    op: "Gemm",
    title: "transposed weights and a bias, as a linear layer",
    inputs: [normal([2, 3], 1), normal([4, 3], 2), normal([4], 3)],
    attributes: { transB: 1 },
    batched: [0],
  },
  {
    op: "Gemm",
    title: "both transposed, scaled, one bias per row",
    inputs: [normal([3, 2], 1), normal([4, 3], 2), normal([2, 1], 3)],
    attributes: { transA: 1, transB: 1, alpha: 0.5, beta: -2 },
    batched: [],
  },
  {
    op: "Gemm",
    title: "left transposed, scaled, a scalar bias",
    inputs: [normal([3, 2], 1), normal([3, 4], 2), normal([], 3)],
    attributes: { transA: 1, alpha: 3 },
    batched: [],
  },
];

const matMul: readonly Row[] = [
  { op: "MatMul", inputs: [normal([2, 3], 1), normal([3, 4], 2)], batched: [0] },
  { op: "MatMul", title: "batches", inputs: [normal([2, 3, 2], 1), normal([2, 2, 4], 2)] },
  {
    op: "MatMul",
    title: "a batch of rows by one matrix",
    inputs: [normal([2, 3, 2, 3], 1), normal([3, 4], 2)],
  },
  {
    op: "MatMul",
    title: "one matrix by a batch",
    inputs: [normal([2, 3], 1), normal([3, 3, 4], 2)],
  },
  {
    op: "MatMul",
    title: "batches that broadcast both ways",
    inputs: [normal([2, 1, 3, 2], 1), normal([3, 2, 2], 2)],
  },
  {
    op: "MatMul",
    title: "row by matrix",
    inputs: [normal([3], 1), normal([3, 4], 2)],
    batched: [],
  },
  { op: "MatMul", title: "row by batch", inputs: [normal([3], 1), normal([2, 3, 4], 2)] },
  { op: "MatMul", title: "matrix by column", inputs: [normal([2, 3], 1), normal([3], 2)] },
  { op: "MatMul", title: "batch by column", inputs: [normal([2, 4, 3], 1), normal([3], 2)] },
  { op: "MatMul", title: "row by column", inputs: [normal([3], 1), normal([3], 2)], batched: [] },
];

export const matrixRows: readonly Row[] = [...gemm, ...matMul];
