import type { Rectangle, Size } from "./geometry";

/** A picture: interleaved 8-bit RGB, length width·height·3. */
export interface Picture extends Size {
  readonly rgb: Uint8Array;
}

export interface Resampling {
  readonly kernel: "nearest" | "bilinear" | "bicubic";
  /**
   * `true` = as PIL: shrinking averages over all pixels it passes. `false` = as OpenCV (and torchvision on tensors with
   * `antialias=False`): two or four neighbours, however far apart the results lie.
   */
  readonly antialias: boolean;
}

/** A run of results along one axis: `to` pixels made from `from`, of which those from `first` up to `end` are wanted. */
interface Axis {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly end: number;
}

/** For each wanted result: the first source pixel it reads, how many, and their whole-numbered weights. */
interface Taps {
  readonly start: Int32Array;
  readonly length: Int32Array;
  /** `most` per result. */
  readonly weights: Int32Array;
  readonly most: number;
}

/** A library's way of resampling: its weights, the order of its passes, and where it rounds. */
interface Library {
  readonly taps: (axis: Axis, kernel: "bilinear" | "bicubic") => Taps;
  readonly verticalFirst: (x: Axis, y: Axis) => boolean;
  /** Binary digits dropped after the first and after the second pass. */
  readonly shifts: readonly [number, number];
  readonly between: new (length: number) => Uint8ClampedArray | Int32Array;
}

/**
 * Pillow rounds to 8 bits after each pass, weights have 22 binary digits (`Resample.c`). Since version 13 it begins with the height where
 * that shrinks more than twice as much.
 */
const pillow: Library = {
  taps: pillowTaps,
  verticalFirst: (x, y) => y.from > y.to && y.from - y.to > 2 * (x.from - x.to),
  shifts: [22, 22],
  between: Uint8ClampedArray,
};

/** OpenCV keeps everything until the end, weights have 11 binary digits (`resize.cpp`). */
const openCv: Library = {
  taps: openCvTaps,
  verticalFirst: () => false,
  shifts: [0, 22],
  between: Int32Array,
};

/**
 * Resizes a picture as PIL (`antialias`) or OpenCV does, to the grey level. Kernels: bilinear; bicubic with a = −0.5 in PIL and
 * −0.75 in OpenCV; nearest at the pixel's centre in PIL and its corner in OpenCV. Of the result only `window` (whole pixels) is made,
 * so that a crop from a long, thin picture costs no more than any other.
 */
export function resample(
  picture: Picture,
  to: Size,
  { kernel, antialias }: Resampling,
  window: Rectangle = { x0: 0, y0: 0, x1: to.width, y1: to.height },
): Picture {
  const x: Axis = { from: picture.width, to: to.width, first: window.x0, end: window.x1 };
  const y: Axis = { from: picture.height, to: to.height, first: window.y0, end: window.y1 };
  if (isWhole(x) && isWhole(y)) return picture;
  return kernel === "nearest"
    ? nearest(picture, x, y, antialias)
    : weigh(picture, x, y, kernel, antialias ? pillow : openCv);
}

const isWhole = ({ from, to, first, end }: Axis) => from === to && first === 0 && end === to;

function weigh(
  picture: Picture,
  x: Axis,
  y: Axis,
  kernel: "bilinear" | "bicubic",
  { taps, verticalFirst, shifts, between }: Library,
): Picture {
  const columns = taps(x, kernel);
  const rows = taps(y, kernel);
  const width = x.end - x.first;
  const height = y.end - y.first;
  const result = new Uint8ClampedArray(width * height * 3);
  const source: Plane = { data: picture.rgb, width: picture.width, left: 0, top: 0 };
  // The first pass makes only what the second reads.
  const across = reach(columns);
  const down = reach(rows);
  if (verticalFirst(x, y)) {
    const halfway: Plane = {
      data: new between(across.count * height * 3),
      width: across.count,
      left: across.first,
      top: 0,
    };
    resampleColumns(source, rows, across, shifts[0], halfway.data);
    resampleRows(halfway, columns, { first: 0, count: height }, shifts[1], result);
  } else {
    const halfway: Plane = {
      data: new between(width * down.count * 3),
      width,
      left: 0,
      top: down.first,
    };
    resampleRows(source, columns, down, shifts[0], halfway.data);
    resampleColumns(halfway, rows, { first: 0, count: width }, shifts[1], result);
  }
  return { width, height, rgb: new Uint8Array(result.buffer) };
}

/** Rows of RGB pixels, of which the first is number `top` and starts at column `left` of the picture. */
interface Plane {
  readonly data: Uint8Array | Uint8ClampedArray | Int32Array;
  readonly width: number;
  readonly left: number;
  readonly top: number;
}

interface Span {
  readonly first: number;
  readonly count: number;
}

/** The source pixels that any of the taps reads. */
function reach({ start, length }: Taps): Span {
  const last = start.length - 1;
  return { first: start[0]!, count: start[last]! + length[last]! - start[0]! };
}

/** The horizontal pass over some rows. */
function resampleRows(
  { data, width, left, top }: Plane,
  { start, length, weights, most }: Taps,
  rows: Span,
  shift: number,
  target: Plane["data"],
): void {
  const half = shift > 0 ? 1 << (shift - 1) : 0;
  for (let y = rows.first, to = 0; y < rows.first + rows.count; y++) {
    for (let x = 0; x < start.length; x++, to += 3) {
      let from = 3 * ((y - top) * width + start[x]! - left);
      let [r, g, b] = [half, half, half];
      for (let i = most * x, end = i + length[x]!; i < end; i++, from += 3) {
        const weight = weights[i]!;
        r = (r + Math.imul(weight, data[from]!)) | 0;
        g = (g + Math.imul(weight, data[from + 1]!)) | 0;
        b = (b + Math.imul(weight, data[from + 2]!)) | 0;
      }
      target[to] = r >> shift;
      target[to + 1] = g >> shift;
      target[to + 2] = b >> shift;
    }
  }
}

/** The vertical pass over some columns. */
function resampleColumns(
  { data, width, left, top }: Plane,
  { start, length, weights, most }: Taps,
  columns: Span,
  shift: number,
  target: Plane["data"],
): void {
  const numbers = 3 * columns.count;
  const sums = new Int32Array(numbers);
  for (let y = 0; y < start.length; y++) {
    sums.fill(1 << (shift - 1));
    for (let i = 0; i < length[y]!; i++) {
      const weight = weights[most * y + i]!;
      const row = 3 * ((start[y]! + i - top) * width + columns.first - left);
      for (let x = 0; x < numbers; x++)
        sums[x] = (sums[x]! + Math.imul(weight, data[row + x]!)) | 0;
    }
    for (let x = 0; x < numbers; x++) target[y * numbers + x] = sums[x]! >> shift;
  }
}

const kernels = {
  bilinear: { support: 1, at: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, at: (x: number) => cubic(Math.abs(x), -0.5) },
};

/** Keys' cubic convolution kernel at distance x ≥ 0. */
function cubic(x: number, a: number): number {
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** `precompute_coeffs` and `normalize_coeffs_8bpc`: the kernel widens with the scale; what falls outside is left out. */
function pillowTaps({ from, to, first, end }: Axis, kernel: "bilinear" | "bicubic"): Taps {
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const support = kernels[kernel].support * widening;
  const most = Math.ceil(support) * 2 + 1;
  const taps = emptyTaps(end - first, most);
  for (let x = first, i = 0; x < end; x++, i++) {
    const centre = (x + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const stop = Math.min(from, Math.trunc(centre + support + 0.5));
    const weights = Array.from({ length: stop - start }, (_, j) =>
      kernels[kernel].at((start + j - centre + 0.5) / widening),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    taps.start[i] = start;
    taps.length[i] = weights.length;
    weights.forEach((weight, j) => {
      const scaled = (weight / sum) * 2 ** 22;
      taps.weights[most * i + j] = Math.trunc(scaled + (scaled < 0 ? -0.5 : 0.5));
    });
  }
  return taps;
}

/** Two or four neighbours; those outside the picture repeat its edge, so their weight goes to the edge pixel. */
function openCvTaps({ from, to, first, end }: Axis, kernel: "bilinear" | "bicubic"): Taps {
  const scale = from / to;
  const neighbours = kernel === "bilinear" ? [0, 1] : [-1, 0, 1, 2];
  const most = neighbours.length;
  const taps = emptyTaps(end - first, most);
  for (let x = first, i = 0; x < end; x++, i++) {
    const position = Math.fround((x + 0.5) * scale - 0.5);
    const whole = Math.floor(position);
    const part = Math.fround(position - whole);
    const inside = (offset: number) => Math.min(from - 1, Math.max(0, whole + offset));
    const start = inside(neighbours[0]!);
    taps.start[i] = start;
    taps.length[i] = inside(neighbours.at(-1)!) - start + 1;
    for (const offset of neighbours) {
      const distance = Math.abs(offset - part);
      const weight = kernel === "bilinear" ? 1 - distance : cubic(distance, -0.75);
      taps.weights[most * i + inside(offset) - start]! += roundHalfToEven(weight * 2048);
    }
  }
  return taps;
}

const emptyTaps = (results: number, most: number): Taps => ({
  start: new Int32Array(results),
  length: new Int32Array(results),
  weights: new Int32Array(results * most),
  most,
});

/** As Python's `round` and C's `rint`: 0.5 → 0, 1.5 → 2, 2.5 → 2. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

function nearest(picture: Picture, x: Axis, y: Axis, centred: boolean): Picture {
  const columns = nearestIndices(x, centred);
  const rows = nearestIndices(y, centred);
  const rgb = new Uint8Array(columns.length * rows.length * 3);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      const from = 3 * (row * picture.width + column);
      for (let c = 0; c < 3; c++) rgb[to++] = picture.rgb[from + c]!;
    }
  }
  return { width: columns.length, height: rows.length, rgb };
}

/** PIL takes the pixel under the result's centre, and gets there by adding (`ImagingScaleAffine`); OpenCV under its corner. */
function nearestIndices({ from, to, first, end }: Axis, centred: boolean): Int32Array {
  const scale = centred ? from / to : 1 / (to / from);
  const indices = new Int32Array(end - first);
  for (let x = 0, centre = scale * 0.5; x < end; x++, centre += scale) {
    if (x >= first)
      indices[x - first] = Math.min(from - 1, Math.floor(centred ? centre : x * scale));
  }
  return indices;
}
