import fc from "fast-check";
import { describe } from "vitest";
import {
  axes,
  axis,
  broadcastable,
  each,
  one,
  permutation,
  places,
  shape,
  size,
} from "../../helper/arbitrary";
import { testMadeUp, type MadeUp } from "../../helper/property";

const record = fc.record;
const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

describe("elementwise", () => {
  const smooth = [
    "Sin",
    "Cos",
    "Exp",
    "Tanh",
    "Sigmoid",
    "Softplus",
    "Erf",
    "Gelu",
    "Atan",
    "Asinh",
  ];
  const bent = ["Relu", "LeakyRelu", "Elu", "Selu", "Abs", "HardSwish", "HardSigmoid"];
  testMadeUp(
    "one input",
    record({ op: one(...smooth, ...bent, "Neg", "Identity"), dims: shape(0, 4, 0) }).map(
      ({ op, dims }): MadeUp => ({ op, inputs: [{ floats: dims }] }),
    ),
  );

  const operands = shape(0, 4, 0).chain((dims) =>
    fc.tuple(broadcastable(dims), broadcastable(dims)),
  );
  testMadeUp(
    "two inputs that broadcast",
    record({ op: one("Add", "Sub", "Mul", "Div", "Pow", "Max", "Min"), dims: operands }).map(
      ({ op, dims: [a, b] }): MadeUp => ({
        op,
        inputs: ["Div", "Pow"].includes(op)
          ? [{ positive: a }, { positive: b }]
          : [{ floats: a }, { floats: b }],
      }),
    ),
    { runs: 60 },
  );

  const chosen = shape(1, 3).chain((dims) =>
    record({
      condition: broadcastable(dims).chain((own) =>
        record({
          dims: fc.constant(own),
          bools: fc.array(size(0, 1), { minLength: product(own), maxLength: product(own) }),
        }),
      ),
      a: broadcastable(dims),
      b: broadcastable(dims),
    }),
  );
  testMadeUp(
    "Where",
    chosen.map(({ condition, a, b }): MadeUp => ({
      op: "Where",
      inputs: [condition, { floats: a }, { floats: b }],
    })),
    { fixedBatch: true },
  );

  testMadeUp(
    "Clip",
    record({
      dims: shape(0, 3),
      bounds: one([true, true], [true, false], [false, true], [false, false]),
    }).map(({ dims, bounds: [low, high] }): MadeUp => ({
      op: "Clip",
      inputs: [
        { floats: dims },
        low ? { floats: [] } : undefined,
        high ? { positive: [] } : undefined,
      ],
      flat: true,
    })),
  );
});

describe("reductions", () => {
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
  testMadeUp(
    "any axes",
    reduced.map(({ op, dims, along, keepdims }): MadeUp => ({
      op,
      inputs: [
        op === "ReduceLogSum" ? { positive: dims } : { floats: dims },
        ...(along ? [{ ints: along }] : []),
      ],
      attributes: { keepdims },
    })),
    { runs: 100 },
  );

  const alongOne = shape(1, 4).chain((dims) =>
    record({
      op: one("Softmax", "LogSoftmax", "Hardmax"),
      dims: fc.constant(dims),
      along: axis(dims.length),
    }),
  );
  testMadeUp(
    "Softmax and its like",
    alongOne.map(({ op, dims, along }): MadeUp => ({
      op,
      inputs: [{ floats: dims }],
      attributes: { axis: along },
    })),
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
  testMadeUp(
    "TopK",
    sorted.map(({ dims, along, k, largest }): MadeUp => ({
      op: "TopK",
      inputs: [{ floats: dims }, { ints: [k] }],
      attributes: { axis: along, largest },
      outputs: 2,
    })),
  );

  const running = shape(1, 4).chain((dims) =>
    record({
      dims: fc.constant(dims),
      along: axis(dims.length),
      exclusive: size(0, 1),
      reverse: size(0, 1),
    }),
  );
  testMadeUp(
    "CumSum",
    running.map(({ dims, along, exclusive, reverse }): MadeUp => ({
      op: "CumSum",
      inputs: [{ floats: dims }, { ints: [along], dims: [] }],
      attributes: { exclusive, reverse },
    })),
  );

  testMadeUp(
    "ArgMax and ArgMin",
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
  );
});

describe("movement", () => {
  const bound = one(-(2 ** 63), -7, -3, -2, -1, 0, 1, 2, 3, 7, 2 ** 31 - 1, 2 ** 63);
  const cuts = shape(1, 4).chain((dims) =>
    axes(dims.length, 1).chain((along) =>
      record({
        dims: fc.constant(dims),
        along: fc.constant(along),
        starts: each(along, () => bound),
        ends: each(along, () => bound),
        steps: each(along, () => one(1, 1, 2, 3, -1, -2)),
      }),
    ),
  );
  testMadeUp(
    "Slice",
    // Backwards, onnxruntime takes the largest integers for “to the end”, where the specification takes them for the last place.
    cuts
      .filter(({ ends, steps }) => steps.every((step, i) => step > 0 || ends[i]! < 2 ** 31 - 1))
      .map(({ dims, along, starts, ends, steps }): MadeUp => ({
        op: "Slice",
        inputs: [
          { floats: dims },
          { ints: starts },
          { ints: ends },
          { ints: along },
          { ints: steps },
        ],
      })),
    { runs: 100 },
  );

  const padded = shape(1, 4, 2).chain((dims) =>
    record({
      dims: fc.constant(dims),
      mode: one("constant", "constant", "reflect", "edge", "wrap"),
      borders: each([...dims, ...dims], (i) => size(-1, dims[i % dims.length]! - 1)),
    }),
  );
  testMadeUp(
    "Pad",
    padded.map(({ dims, mode, borders }): MadeUp => ({
      op: "Pad",
      // onnxruntime copies from what is cut off too, in the modes that copy.
      inputs: [
        { floats: dims },
        { ints: mode === "constant" ? borders : borders.map((n) => Math.max(0, n)) },
      ],
      attributes: { mode },
    })),
    { runs: 80 },
  );

  testMadeUp(
    "Transpose",
    shape(1, 4, 0).chain((dims) =>
      permutation(dims.length).map((perm): MadeUp => ({
        op: "Transpose",
        inputs: [{ floats: dims }],
        attributes: { perm },
      })),
    ),
  );

  const parts = shape(1, 4).chain((dims) =>
    axis(dims.length).chain((along) =>
      record({
        dims: fc.constant(dims),
        along: fc.constant(along),
        lengths: fc.array(size(0, 3), { minLength: 1, maxLength: 4 }),
      }),
    ),
  );
  const withLength = (dims: readonly number[], along: number, length: number) =>
    dims.with(along, length);
  testMadeUp(
    "Concat",
    parts.map(({ dims, along, lengths }): MadeUp => ({
      op: "Concat",
      inputs: lengths.map((length) => ({ floats: withLength(dims, along, length) })),
      attributes: { axis: along },
    })),
    { fixedBatch: true },
  );
  testMadeUp(
    "Split by lengths",
    parts.map(({ dims, along, lengths }): MadeUp => ({
      op: "Split",
      inputs: [
        {
          floats: withLength(
            dims,
            along,
            lengths.reduce((a, b) => a + b),
          ),
        },
        { ints: lengths },
      ],
      attributes: { axis: along },
      outputs: lengths.length,
    })),
  );
  testMadeUp(
    "Split into a number of parts",
    parts.chain(({ dims, along }) =>
      record({ length: size(1, 3), last: size(1, 3), count: size(1, 4) }).map(
        ({ length, last, count }): MadeUp => ({
          op: "Split",
          inputs: [
            { floats: withLength(dims, along, length * (count - 1) + Math.min(last, length)) },
          ],
          attributes: { axis: along, num_outputs: count },
          outputs: count,
        }),
      ),
    ),
  );

  const picks = shape(1, 3).chain((dims) =>
    fc.tuple(axis(dims.length), shape(0, 2, 1, 3)).chain(([along, own]) =>
      places(dims.at(along)!, product(own)).map((ints): MadeUp => ({
        op: "Gather",
        inputs: [{ floats: dims }, { ints, dims: own }],
        attributes: { axis: along },
      })),
    ),
  );
  testMadeUp("Gather", picks, { runs: 80 });

  const elements = shape(1, 3).chain((dims) =>
    fc.tuple(axis(dims.length), size(1, 4)).chain(([along, length]) => {
      const own = withLength(dims, along, length);
      return places(dims.at(along)!, product(own)).map((ints): MadeUp => ({
        op: "GatherElements",
        inputs: [{ floats: dims }, { ints, dims: own }],
        attributes: { axis: along },
      }));
    }),
  );
  testMadeUp("GatherElements", elements, { fixedBatch: true });

  /** Rows of indices behind `batch` axes that both have. */
  const rows = shape(1, 4).chain((dims) =>
    fc.tuple(size(0, dims.length - 1), shape(0, 2, 1, 2)).chain(([batch, own]) =>
      size(1, dims.length - batch).chain((row) => {
        const lead = [...dims.slice(0, batch), ...own];
        const cells = Array.from(
          { length: product(lead) * row },
          (_, i) => dims[batch + (i % row)]!,
        );
        return each(cells, (i) => size(-cells[i]!, cells[i]! - 1)).map((ints) => ({
          dims,
          batch,
          row,
          indices: { ints, dims: [...lead, row] },
        }));
      }),
    ),
  );
  testMadeUp(
    "GatherND",
    rows.map(({ dims, batch, indices }): MadeUp => ({
      op: "GatherND",
      inputs: [{ floats: dims }, indices],
      attributes: { batch_dims: batch },
    })),
    { runs: 80, fixedBatch: true },
  );
  testMadeUp(
    "ScatterND",
    rows
      .filter(({ batch }) => batch === 0)
      .map(({ dims, row, indices }): MadeUp => ({
        op: "ScatterND",
        inputs: [
          { floats: dims },
          indices,
          { floats: [...indices.dims.slice(0, -1), ...dims.slice(row)] },
        ],
        attributes: { reduction: "add" },
      })),
    { fixedBatch: true },
  );

  testMadeUp(
    "Tile",
    shape(1, 4).chain((dims) =>
      each(dims, () => size(0, 3)).map((ints): MadeUp => ({
        op: "Tile",
        inputs: [{ floats: dims }, { ints }],
      })),
    ),
  );
  testMadeUp(
    "Expand",
    shape(0, 4).chain((dims) =>
      fc.tuple(broadcastable(dims), broadcastable(dims)).map(([own, target]): MadeUp => ({
        op: "Expand",
        inputs: [{ floats: own }, { ints: target }],
      })),
    ),
    { fixedBatch: true },
  );
  testMadeUp(
    "Reshape",
    shape(1, 4).chain((dims) =>
      fc
        .tuple(permutation(dims.length), size(-1, dims.length - 1), fc.boolean())
        .map(([perm, open, keeps]): MadeUp => {
          const target = perm.map((from) => dims[from]!);
          const kept = target.map((dim, i) => (keeps && dim === dims[i] ? 0 : dim));
          return {
            op: "Reshape",
            inputs: [{ floats: dims }, { ints: open < 0 ? kept : kept.with(open, -1) }],
          };
        }),
    ),
    { fixedBatch: true },
  );
  testMadeUp(
    "Flatten",
    shape(0, 4).chain((dims) =>
      size(-dims.length, dims.length).map((along): MadeUp => ({
        op: "Flatten",
        inputs: [{ floats: dims }],
        attributes: { axis: along },
      })),
    ),
  );
  testMadeUp(
    "Unsqueeze",
    fc.tuple(shape(0, 3), size(1, 2)).chain(([dims, added]) =>
      axes(dims.length + added, added)
        .map((some) => some.slice(0, added))
        .map((ints): MadeUp => ({ op: "Unsqueeze", inputs: [{ floats: dims }, { ints }] })),
    ),
  );
  testMadeUp(
    "Trilu",
    fc.tuple(shape(2, 4), size(-3, 3), size(0, 1)).map(([dims, k, upper]): MadeUp => ({
      op: "Trilu",
      inputs: [{ floats: dims }, { ints: [k], dims: [] }],
      attributes: { upper },
    })),
  );
});

describe("matrices", () => {
  const factors = record({ batch: shape(0, 2), n: size(1, 4), k: size(1, 4), m: size(1, 4) }).chain(
    ({ batch, n, k, m }) =>
      fc
        .tuple(broadcastable(batch), broadcastable(batch), fc.boolean(), fc.boolean())
        .map(([a, b, row, column]): MadeUp => ({
          op: "MatMul",
          inputs: [{ floats: row ? [k] : [...a, n, k] }, { floats: column ? [k] : [...b, k, m] }],
        })),
  );
  testMadeUp("MatMul", factors, { runs: 80, fixedBatch: true });

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
  testMadeUp("Gemm", general, { runs: 60, fixedBatch: true });
});

describe("windows", () => {
  /** One axis that a window slides along, and fits into. */
  const window = (mostPad: (kernel: number) => number) =>
    record({
      kernel: size(1, 3),
      dilation: size(1, 2),
      stride: size(1, 3),
      size: size(1, 6),
    }).chain((at) =>
      record({ begin: size(0, mostPad(at.kernel)), end: size(0, mostPad(at.kernel)) })
        .map((pads) => ({ ...at, ...pads }))
        .filter(({ begin, end }) => at.size + begin + end >= at.dilation * (at.kernel - 1) + 1),
    );
  const axesOf = (mostPad: (kernel: number) => number) =>
    fc.array(window(mostPad), { minLength: 1, maxLength: 2 });
  type Axes = readonly {
    kernel: number;
    dilation: number;
    stride: number;
    size: number;
    begin: number;
    end: number;
  }[];
  const attributesOf = (along: Axes) => ({
    kernel_shape: along.map(({ kernel }) => kernel),
    dilations: along.map(({ dilation }) => dilation),
    strides: along.map(({ stride }) => stride),
    pads: [...along.map(({ begin }) => begin), ...along.map(({ end }) => end)],
  });
  const channels = record({
    n: size(1, 2),
    group: size(1, 2),
    inner: size(1, 2),
    outer: size(1, 2),
    bias: fc.boolean(),
  });

  testMadeUp(
    "Conv",
    fc
      .tuple(
        channels,
        axesOf(() => 2),
      )
      .map(([{ n, group, inner, outer, bias }, along]): MadeUp => ({
        op: "Conv",
        inputs: [
          { floats: [n, group * inner, ...along.map(({ size }) => size)] },
          { floats: [group * outer, inner, ...along.map(({ kernel }) => kernel)] },
          ...(bias ? [{ floats: [group * outer] }] : []),
        ],
        attributes: { ...attributesOf(along), group },
      })),
    { runs: 80, fixedBatch: true },
  );

  const transposed = fc
    .array(
      record({
        kernel: size(1, 3),
        dilation: size(1, 2),
        stride: size(1, 3),
        size: size(1, 4),
        begin: size(0, 1),
        end: size(0, 1),
        extra: size(0, 2),
      }),
      { minLength: 1, maxLength: 2 },
    )
    .filter((along) =>
      along.every(
        (at) =>
          at.extra < at.stride &&
          (at.size - 1) * at.stride +
            at.extra +
            at.dilation * (at.kernel - 1) +
            1 -
            at.begin -
            at.end >=
            1,
      ),
    );
  testMadeUp(
    "ConvTranspose",
    fc.tuple(channels, transposed).map(([{ n, group, inner, outer, bias }, along]): MadeUp => ({
      op: "ConvTranspose",
      inputs: [
        { floats: [n, group * inner, ...along.map(({ size }) => size)] },
        { floats: [group * inner, outer, ...along.map(({ kernel }) => kernel)] },
        ...(bias ? [{ floats: [group * outer] }] : []),
      ],
      attributes: {
        ...attributesOf(along),
        group,
        output_padding: along.map(({ extra }) => extra),
      },
    })),
    { runs: 80, fixedBatch: true },
  );

  const pooling = record({
    op: one("AveragePool", "MaxPool"),
    planes: shape(2, 2, 1, 2),
    along: axesOf((kernel) => kernel - 1),
    ceil_mode: size(0, 1),
    count_include_pad: size(0, 1),
  });
  testMadeUp(
    "pools",
    pooling.map(({ op, planes, along, ceil_mode, count_include_pad }): MadeUp => ({
      op,
      inputs: [{ floats: [...planes, ...along.map(({ size }) => size)] }],
      attributes: {
        ...attributesOf(along),
        ceil_mode,
        ...(op === "AveragePool" ? { count_include_pad } : {}),
      },
    })),
    { runs: 100 },
  );

  testMadeUp(
    "pools over everything",
    record({ op: one("GlobalAveragePool", "GlobalMaxPool"), dims: shape(3, 4) }).map(
      ({ op, dims }): MadeUp => ({ op, inputs: [{ floats: dims }] }),
    ),
  );
});

describe("normalizations", () => {
  const image = shape(3, 4, 2);
  testMadeUp(
    "BatchNormalization",
    image.map((dims): MadeUp => {
      const each = [dims[1]!];
      return {
        op: "BatchNormalization",
        inputs: [
          { floats: dims },
          { floats: each },
          { floats: each },
          { floats: each },
          { positive: each },
        ],
      };
    }),
  );
  testMadeUp(
    "InstanceNormalization",
    image.map((dims): MadeUp => ({
      op: "InstanceNormalization",
      inputs: [{ floats: dims }, { floats: [dims[1]!] }, { floats: [dims[1]!] }],
      attributes: { epsilon: 0.01 },
    })),
    { tolerance: 1e-3 },
  );
  testMadeUp(
    "LayerNormalization",
    shape(2, 4, 2).chain((dims) =>
      fc.tuple(axis(dims.length), fc.boolean()).map(([along, bias]): MadeUp => {
        const own = dims.slice(along);
        return {
          op: "LayerNormalization",
          inputs: [{ floats: dims }, { floats: own }, ...(bias ? [{ floats: own }] : [])],
          attributes: { axis: along, epsilon: 0.01 },
        };
      }),
    ),
    { tolerance: 1e-3, fixedBatch: true },
  );
  testMadeUp(
    "LRN",
    fc.tuple(shape(4, 4), one(1, 3, 5)).map(([dims, window]): MadeUp => ({
      op: "LRN",
      inputs: [{ floats: dims }],
      attributes: { size: window, alpha: 0.3, bias: 1.5 },
    })),
  );
});
