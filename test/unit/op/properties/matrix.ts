import fc from "fast-check";
import { broadcastable, one, shape, size } from "../../../helper/arbitrary";
import { property, type MadeUp, type Property } from "../../../helper/property";

const record = fc.record;

const factors = record({ batch: shape(0, 2), n: size(1, 4), k: size(1, 4), m: size(1, 4) }).chain(
  ({ batch, n, k, m }) =>
    fc
      .tuple(broadcastable(batch), broadcastable(batch), fc.boolean(), fc.boolean())
      .map(([a, b, row, column]): MadeUp => ({
        op: "MatMul",
        inputs: [{ floats: row ? [k] : [...a, n, k] }, { floats: column ? [k] : [...b, k, m] }],
      })),
);

const general = record({
  n: size(1, 4),
  k: size(1, 4),
  m: size(1, 4),
  transA: size(0, 1),
  transB: size(0, 1),
  alpha: one(1, 0.5),
  beta: one(1, -2),
}).chain(({ n, k, m, ...attributes }) =>
  fc.option(broadcastable([n, m]), { nil: undefined }).map((c): MadeUp => ({
    op: "Gemm",
    inputs: [
      { floats: attributes.transA ? [k, n] : [n, k] },
      { floats: attributes.transB ? [m, k] : [k, m] },
      ...(c ? [{ floats: c }] : []),
    ],
    attributes,
  })),
);

export const matrixProperties: readonly Property[] = [
  property("MatMul", ["MatMul"], factors, { runs: 80, fixedBatch: true }),

  property("Gemm", ["Gemm"], general, { runs: 60, fixedBatch: true }),

  property(
    "Det",
    ["Det"],
    fc.tuple(shape(0, 2), size(1, 3)).map(([lead, n]): MadeUp => ({
      op: "Det",
      inputs: [{ floats: [...lead, n, n] }],
    })),
    { fixedBatch: true },
  ),
];
