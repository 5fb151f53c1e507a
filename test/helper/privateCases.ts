import type { Attributes, Dim, Node } from "../../src/explain/graph/graph";
import { outputSizes } from "../../src/explain/op/helper/window";
import { sizeOf, tensor } from "../../src/explain/tensor";
import type { Case } from "./gradient";
import { distinct, generator, normal } from "./random";

/** A number from `low` to `high`, both included. */
type Draw = (low: number, high: number) => number;

/** A random window over random sizes. */
interface Sample {
  readonly draw: Draw;
  readonly sizes: readonly number[];
  readonly outputs: readonly number[];
  readonly attributes: Attributes;
  readonly kernel: readonly number[];
}

/** Seeded windows of 1, 2 and 3 axes: every mix of stride, dilation, uneven padding, odd and even sizes that fits. */
function samples(
  count: number,
  seed: number,
  limits: { readonly ceil: boolean; pad(kernel: number): number },
): Sample[] {
  const next = generator(seed);
  const draw: Draw = (low, high) => low + Math.floor(next() * (high - low + 1));
  const result: Sample[] = [];
  while (result.length < count) {
    const rank = [2, 2, 2, 1, 3][result.length % 5]!;
    const each = (f: () => number) => Array.from({ length: rank }, f);
    const sizes = each(() => draw(1, rank === 3 ? 5 : 9));
    const kernel = each(() => draw(1, rank === 3 ? 3 : 4));
    const even = draw(0, 2) === 0;
    const attributes = {
      strides: even ? each(() => 1) : each(() => draw(1, 3)),
      dilations: each(() => Math.max(1, draw(-1, 3))),
      pads: [...kernel, ...kernel].map((size) => draw(0, limits.pad(size))),
      ...(limits.ceil ? { ceil_mode: draw(0, 1) } : {}),
    };
    const node: Node = { op: "Conv", name: "sample", inputs: [], outputs: [], attributes };
    const outputs = fitting(() => outputSizes(node, sizes, kernel)) as number[] | undefined;
    if (outputs) result.push({ draw, sizes, kernel, outputs, attributes });
  }
  return result;
}

/** What `f` gives, or nothing where the window does not fit. */
function fitting(f: () => Dim[]): Dim[] | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}

/** Convolutions may pad more than their kernel covers. */
const convolutions = (seed: number) => samples(120, seed, { ceil: false, pad: (size) => size });
/** onnxruntime wants pooling pads smaller than the kernel. */
const poolings = (seed: number) => samples(120, seed, { ceil: true, pad: (size) => size - 1 });

/** Batch, groups, and channels per group on both sides; one in three depthwise. */
function channels(draw: Draw) {
  const group = draw(1, 3);
  const depthwise = draw(0, 2) === 0;
  const each = () => (depthwise ? 1 : draw(1, 3));
  return { batch: draw(1, 3), group, depth: each(), filters: each() * group };
}

const convInputGrad = convolutions(1).map(
  ({ draw, sizes, kernel, outputs, attributes }, i): Case => {
    const { batch, group, depth, filters } = channels(draw);
    return {
      op: "ConvInputGrad",
      inputs: [normal([batch, filters, ...outputs], i), normal([filters, depth, ...kernel], i + 1)],
      attributes: { ...attributes, group, shape: sizes },
    };
  },
);

const convFilterGrad = convolutions(2).map(
  ({ draw, sizes, kernel, outputs, attributes }, i): Case => {
    const { batch, group, depth, filters } = channels(draw);
    return {
      op: "ConvFilterGrad",
      inputs: [
        normal([batch, depth * group, ...sizes], i),
        normal([batch, filters, ...outputs], i + 1),
      ],
      attributes: { ...attributes, group, kernel_shape: kernel },
    };
  },
);

const averagePoolGrad = poolings(3).map(({ draw, sizes, kernel, outputs, attributes }, i): Case => {
  const count_include_pad = draw(0, 1);
  return {
    op: "AveragePoolGrad",
    inputs: [normal([draw(1, 2), draw(1, 3), ...outputs], i)],
    attributes: { ...attributes, count_include_pad, kernel_shape: kernel, shape: sizes },
  };
});

/** Planes of X, in half of the cases with many ties, and a second input with up to two axes in front. */
function maxPooling(
  op: string,
  seed: number,
  second: (sample: Sample) => readonly number[],
): Case[] {
  return poolings(seed).map((sample, i): Case => {
    const { draw, sizes, kernel, attributes } = sample;
    const planes = [draw(1, 2), draw(1, 3)];
    const lead = [[], [2], [3, 2]][draw(0, 2)]!;
    const x = distinct([...planes, ...sizes], i);
    const tied = { ...x, data: x.data.map((value) => Math.floor(value / 0.8)) };
    return {
      op,
      inputs: [draw(0, 1) ? x : tied, normal([...lead, ...planes, ...second(sample)], i + 1)],
      attributes: {
        ...attributes,
        kernel_shape: kernel,
        ...[{}, { low: 0 }, { low: -1, high: 1 }][i % 3],
      },
    };
  });
}

/**
 * The bounds themselves, their neighbours and what lies farther on both sides, in maps that fill whole blocks of channels and in others; cotangents of
 * the same shape, of one number per channel, and with classes in front.
 */
const clipGrad = Array.from({ length: 120 }, (_, i): Case => {
  const bounds: { low?: number; high?: number } = [
    { low: 0 },
    { low: 0, high: 6 },
    { low: 0, high: 1 },
    { high: 3 },
    { low: -1, high: 1 },
    {},
  ][i % 6]!;
  const shapes = [
    [1, 16, 3, 5],
    [2, 32, 2, 2],
    [1, 5, 4, 4],
    [2, 48, 1, 1],
    [7, 16],
  ];
  const dims = shapes[Math.floor(i / 6) % 5]!;
  const { low = 0, high = low + 1 } = bounds;
  const next = generator(i);
  const values = [low, high, low + 1e-6, low - 1e-6, high * (1 - 2 ** -23), high * (1 + 2 ** -22)];
  const draw = () => (next() < 0.7 ? values[Math.floor(next() * 6)]! : (next() - 0.5) * 20);
  const y = tensor("float64", Float32Array.from({ length: sizeOf(dims) }, draw), dims);
  const perChannel = dims.map((dim, axis) => (axis < 2 ? dim : 1));
  const cotangent = [dims, perChannel, [3, ...dims]][Math.floor(i / 30) % 3]!;
  return { op: "ClipGrad", inputs: [y, normal(cotangent, i)], attributes: bounds };
});

/** Channels convolved one by one with wide steps, in maps that fill whole blocks of channels. */
const depthwiseInputGrad = samples(60, 6, { ceil: false, pad: (size) => size })
  .filter(({ sizes, attributes }) => {
    const { strides, dilations } = attributes as Record<string, readonly number[]>;
    return (
      sizes.length === 2 && strides![0] === strides![1] && strides![0]! > 1 && dilations!.length > 0
    );
  })
  .map(({ sizes, kernel, outputs, attributes }, i): Case => ({
    op: "ConvInputGrad",
    inputs: [normal([1 + (i % 2), 16, ...outputs], i), normal([16, 1, ...kernel], i + 1)],
    attributes: { ...attributes, group: 16, shape: sizes },
  }));

/** The step of a stem back to an image: every padding before and behind, steps that do and do not divide the image. */
const stemInputGrad = Array.from({ length: 90 }, (_, i): Case => {
  const [kernel, stride] = [1 + (i % 7), 2 + (i % 3)];
  const pads = [i % kernel, (i >> 1) % kernel, (i >> 2) % kernel, (i >> 3) % kernel];
  const shape = [kernel + 4 + (i % 5), kernel + 3 + (i % 4)];
  const outputs = shape.map(
    (size, axis) => Math.floor((size + pads[axis]! + pads[axis + 2]! - kernel) / stride) + 1,
  );
  const filter = normal([4, 1 + (i % 4), kernel, kernel], i + 1);
  return {
    op: "ConvInputGrad",
    inputs: [normal([1 + (i % 2), 4, ...outputs], i), filter],
    attributes: { group: 1, pads, shape, strides: [stride, stride] },
  };
});

/** Windows that share nothing, with the steps and sizes that leave elements out at the end. */
const disjointPooling = Array.from({ length: 20 }, (_, i): Case => {
  const x = distinct([2, 3, 5 + (i % 3), 6 + (i % 4)], i);
  const kernel = [1 + (i % 3), 2];
  const strides = [kernel[0]! + (i % 2), 2 + (i % 3)];
  const sizes = [2, 3].map((axis, k) => Math.floor((x.dims[axis]! - kernel[k]!) / strides[k]!) + 1);
  const attributes = { kernel_shape: kernel, strides, ...(i % 4 === 0 ? { low: 0 } : {}) };
  return { op: "MaxPoolGrad", inputs: [x, normal([2, 3, ...sizes], i)], attributes };
});

/** Seeded random cases of every private operator. */
export const privateCases: Readonly<Record<string, readonly Case[]>> = {
  AveragePoolGrad: averagePoolGrad,
  ClipGrad: clipGrad,
  ConvFilterGrad: convFilterGrad,
  ConvInputGrad: [...convInputGrad, ...depthwiseInputGrad, ...stemInputGrad],
  MaxPoolGather: maxPooling("MaxPoolGather", 4, ({ sizes }) => sizes),
  MaxPoolGrad: [...maxPooling("MaxPoolGrad", 5, ({ outputs }) => outputs), ...disjointPooling],
};
