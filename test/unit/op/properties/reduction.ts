import fc from "fast-check";
import { axes, axis, one, shape, size } from "../../../helper/arbitrary";
import { property, type MadeUp, type Property } from "../../../helper/property";

const record = fc.record;

const sums = [
  "ReduceSum",
  "ReduceMean",
  "ReduceMax",
  "ReduceMin",
  "ReduceProd",
  "ReduceL1",
  "ReduceL2",
  "ReduceSumSquare",
  "ReduceLogSum",
  "ReduceLogSumExp",
];

const reduced = shape(1, 4).chain((dims) =>
  record({
    op: one(...sums),
    dims: fc.constant(dims),
    along: fc.option(axes(dims.length, 1), { nil: undefined }),
    keepdims: size(0, 1),
  }),
);

const alongOne = shape(1, 4).chain((dims) =>
  record({
    op: one("Softmax", "LogSoftmax", "Hardmax"),
    dims: fc.constant(dims),
    along: axis(dims.length),
  }),
);

const sorted = shape(1, 4).chain((dims) =>
  axis(dims.length).chain((along) =>
    record({
      dims: fc.constant(dims),
      along: fc.constant(along),
      k: size(1, dims.at(along)!),
      largest: size(0, 1),
    }),
  ),
);

const running = shape(1, 4).chain((dims) =>
  record({
    dims: fc.constant(dims),
    along: axis(dims.length),
    exclusive: size(0, 1),
    reverse: size(0, 1),
  }),
);

export const reductionProperties: readonly Property[] = [
  property(
    "any axes",
    sums,
    reduced.map(({ op, dims, along, keepdims }): MadeUp => ({
      op,
      inputs: [
        op === "ReduceLogSum" ? { positive: dims } : { floats: dims },
        ...(along ? [{ ints: along }] : []),
      ],
      attributes: { keepdims },
    })),
    { runs: 100 },
  ),

  property(
    "Softmax and its like",
    ["Softmax", "LogSoftmax", "Hardmax"],
    alongOne.map(({ op, dims, along }): MadeUp => ({
      op,
      inputs: [{ floats: dims }],
      attributes: { axis: along },
    })),
  ),

  property(
    "TopK",
    ["TopK"],
    sorted.map(({ dims, along, k, largest }): MadeUp => ({
      op: "TopK",
      inputs: [{ floats: dims }, { ints: [k] }],
      attributes: { axis: along, largest },
      outputs: 2,
    })),
  ),

  property(
    "CumSum",
    ["CumSum"],
    running.map(({ dims, along, exclusive, reverse }): MadeUp => ({
      op: "CumSum",
      inputs: [{ floats: dims }, { ints: [along], dims: [] }],
      attributes: { exclusive, reverse },
    })),
  ),

  property(
    "ArgMax and ArgMin",
    ["ArgMax", "ArgMin"],
    running.chain(({ dims, along }) =>
      record({ op: one("ArgMax", "ArgMin"), keepdims: size(0, 1), last: size(0, 1) }).map(
        ({ op, keepdims, last }): MadeUp => ({
          op,
          inputs: [{ floats: dims }],
          attributes: { axis: along, keepdims, select_last_index: last },
          flat: true,
        }),
      ),
    ),
  ),
];
