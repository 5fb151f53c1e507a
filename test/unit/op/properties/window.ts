import fc from "fast-check";
import { one, shape, size } from "../../../helper/arbitrary";
import { property, type MadeUp, type Property } from "../../../helper/property";

const record = fc.record;

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

const pooling = record({
  op: one("AveragePool", "MaxPool"),
  planes: shape(2, 2, 1, 2),
  along: axesOf((kernel) => kernel - 1),
  ceil_mode: size(0, 1),
  count_include_pad: size(0, 1),
});

export const windowProperties: readonly Property[] = [
  property(
    "Conv",
    ["Conv"],
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
  ),

  property(
    "ConvTranspose",
    ["ConvTranspose"],
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
  ),

  property(
    "pools",
    ["AveragePool", "MaxPool"],
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
  ),

  property(
    "pools over everything",
    ["GlobalAveragePool", "GlobalMaxPool"],
    record({ op: one("GlobalAveragePool", "GlobalMaxPool"), dims: shape(3, 4) }).map(
      ({ op, dims }): MadeUp => ({ op, inputs: [{ floats: dims }] }),
    ),
  ),
];
