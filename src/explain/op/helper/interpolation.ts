import { stridesOf, zeros, type DType, type Tensor } from "../../tensor";

/** How one axis is resized. */
export interface AxisResize {
  /** Before and after. */
  readonly size: number;
  readonly output: number;
  /** In single precision; not always `output / size`. */
  readonly scale: number;
  /** The part of the axis that tf_crop_and_resize cuts out, in 0–1. */
  readonly roi: readonly [start: number, end: number];
}

/** How numbers between the samples are made; attributes of Resize. */
export interface Interpolation {
  readonly mode: string;
  readonly coordinates: string;
  readonly nearest: string;
  readonly cubicCoefficient: number;
  readonly antialias: boolean;
  readonly excludeOutside: boolean;
}

/** New position → the old positions that it is a weighted sum of, with their weights; none = outside of what there is. */
export type Weights = readonly ReadonlyMap<number, number>[];

/** The weights along one axis: a sparse matrix of `output` rows. */
export function weightsAlong(axis: AxisResize, interpolation: Interpolation): Weights {
  return Array.from({ length: axis.output }, (_, i) => {
    const center = coordinates[interpolation.coordinates]!(i, axis);
    const isOutside = center < 0 || center > axis.size - 1;
    if (isOutside && interpolation.coordinates === "tf_crop_and_resize") return new Map();
    return interpolation.mode === "nearest"
      ? new Map([[clamp(roundings[interpolation.nearest]!(center), axis.size), 1]])
      : around(center, axis, interpolation);
  });
}

/** The weights of the way back: the transposed matrix, of `size` rows. */
export function transposedWeights(weights: Weights, size: number): Weights {
  const rows = Array.from({ length: size }, () => new Map<number, number>());
  weights.forEach((row, i) => row.forEach((weight, at) => rows[at]!.set(i, weight)));
  return rows;
}

/** The weights as a dense matrix of `size` columns. */
export function weightMatrix(weights: Weights, size: number, type: DType): Tensor {
  const matrix = zeros(type, [weights.length, size]);
  weights.forEach((row, i) => row.forEach((weight, at) => (matrix.data[i * size + at] = weight)));
  return matrix;
}

/** Makes weighted sums along one axis (from the front), in double precision. */
export function weigh(x: Tensor, axis: number, weights: Weights): Tensor {
  const y = zeros("float64", x.dims.with(axis, weights.length));
  const inner = stridesOf(x.dims)[axis]!;
  const outer = x.data.length / (inner * x.dims[axis]!);
  for (let o = 0; o < outer; o++) {
    weights.forEach((row, i) => {
      const to = (o * weights.length + i) * inner;
      row.forEach((weight, at) => {
        const from = (o * x.dims[axis]! + at) * inner;
        for (let k = 0; k < inner; k++) y.data[to + k]! += weight * x.data[from + k]!;
      });
    });
  }
  return y;
}

/**
 * Where a new position lies among the old ones. Rounded to single precision after each step, as onnxruntime calculates: at a tie the
 * last bit decides which sample is nearest. Where the ONNX reference differs (an output of one element with pytorch_half_pixel; sizes
 * that are no multiple of the scale with align_corners) onnxruntime is followed.
 */
const coordinates: Readonly<Record<string, (i: number, axis: AxisResize) => number>> = {
  asymmetric: (i, { scale }) => f(i / scale),
  half_pixel: halfPixel,
  pytorch_half_pixel: (i, axis) => (axis.output > 1 ? halfPixel(i, axis) : 0),
  tf_half_pixel_for_nn: (i, { scale }) => f((i + 0.5) / scale),
  align_corners: (i, { size, output }) => (output === 1 ? 0 : f(f(i * (size - 1)) / (output - 1))),
  tf_crop_and_resize: (i, { size, output, roi: [start, end] }) =>
    output === 1
      ? f(0.5 * f(start + end) * (size - 1))
      : f(f(start * (size - 1)) + f(f(f(i * f(end - start)) * (size - 1)) / (output - 1))),
  half_pixel_symmetric: (i, { size, output, scale }) => {
    const adjustment = f(output / f(scale * size));
    return f(f((size / 2) * f(1 - adjustment)) + (i + 0.5) / scale - 0.5);
  },
};

export const coordinateModes: readonly string[] = Object.keys(coordinates);

const f = Math.fround;

function halfPixel(i: number, { scale }: AxisResize): number {
  return f(f((i + 0.5) / scale) - 0.5);
}

const roundings: Readonly<Record<string, (position: number) => number>> = {
  round_prefer_floor: (position) => Math.ceil(position - 0.5),
  round_prefer_ceil: (position) => Math.floor(position + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** The samples around a position, as far as the filter reaches; with antialiasing it is as wide as the samples lie apart afterwards. */
function around(
  center: number,
  { size, scale }: AxisResize,
  { mode, cubicCoefficient, antialias, excludeOutside }: Interpolation,
): ReadonlyMap<number, number> {
  const stretch = antialias ? Math.max(1, 1 / scale) : 1;
  const reach = (mode === "cubic" ? 2 : 1) * stretch;
  const row = new Map<number, number>();
  let total = 0;
  for (let at = Math.ceil(center - reach); at <= center + reach; at++) {
    if (excludeOutside && (at < 0 || at >= size)) continue;
    const distance = Math.abs(at - center) / stretch;
    const weight = mode === "cubic" ? cubic(distance, cubicCoefficient) : Math.max(0, 1 - distance);
    const place = clamp(at, size);
    if (weight !== 0) row.set(place, (row.get(place) ?? 0) + weight);
    total += weight;
  }
  row.forEach((weight, at) => row.set(at, weight / total));
  return row;
}

/** Keys' cubic convolution: https://ieeexplore.ieee.org/document/1163711 */
function cubic(x: number, a: number): number {
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

function clamp(position: number, size: number): number {
  return Math.min(size - 1, Math.max(0, position));
}
