import type { Size } from "./geometry";

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

/** For each result: the first source pixel it reads, how many, and their whole-numbered weights. */
interface Taps {
  readonly start: Int32Array;
  readonly length: Int32Array;
  /** `most` per result. */
  readonly weights: Int32Array;
  readonly most: number;
}

/** A library's way of resampling: its weights, and where it rounds. */
interface Library {
  readonly taps: (from: number, to: number, kernel: "bilinear" | "bicubic") => Taps;
  /** Binary digits dropped after the horizontal and after the vertical pass. */
  readonly shifts: readonly [number, number];
  readonly between: new (length: number) => Uint8ClampedArray | Int32Array;
}

/** Pillow rounds to 8 bits after each pass, weights have 22 binary digits (`Resample.c`). */
const pillow: Library = { taps: pillowTaps, shifts: [22, 22], between: Uint8ClampedArray };

/** OpenCV keeps everything until the end, weights have 11 binary digits (`resize.cpp`). */
const openCv: Library = { taps: openCvTaps, shifts: [0, 22], between: Int32Array };

/**
 * Resizes a picture as PIL (`antialias`) or OpenCV does, to the grey level. Kernels: bilinear; bicubic with a = −0.5 in PIL and
 * −0.75 in OpenCV; nearest at the pixel's centre in PIL and its corner in OpenCV.
 */
export function resample(picture: Picture, to: Size, { kernel, antialias }: Resampling): Picture {
  const { width, height } = to;
  if (width === picture.width && height === picture.height) return picture;
  if (kernel === "nearest") return nearest(picture, to, antialias);
  const { taps, shifts, between } = antialias ? pillow : openCv;
  const columns = taps(picture.width, width, kernel);
  const rows = taps(picture.height, height, kernel);
  const narrow = new between(width * picture.height * 3);
  const result = new Uint8ClampedArray(width * height * 3);
  resampleRows(picture, columns, shifts[0], narrow);
  resampleColumns(narrow, width * 3, rows, shifts[1], result);
  return { width, height, rgb: new Uint8Array(result.buffer) };
}

function resampleRows(
  { width, height, rgb }: Picture,
  taps: Taps,
  shift: number,
  target: Uint8ClampedArray | Int32Array,
): void {
  const { start, length, weights, most } = taps;
  const half = shift > 0 ? 1 << (shift - 1) : 0;
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < start.length; x++, to += 3) {
      let from = 3 * (y * width + start[x]!);
      let [r, g, b] = [half, half, half];
      for (let i = most * x, end = i + length[x]!; i < end; i++, from += 3) {
        const weight = weights[i]!;
        r = (r + Math.imul(weight, rgb[from]!)) | 0;
        g = (g + Math.imul(weight, rgb[from + 1]!)) | 0;
        b = (b + Math.imul(weight, rgb[from + 2]!)) | 0;
      }
      target[to] = r >> shift;
      target[to + 1] = g >> shift;
      target[to + 2] = b >> shift;
    }
  }
}

function resampleColumns(
  source: Uint8ClampedArray | Int32Array,
  stride: number,
  { start, length, weights, most }: Taps,
  shift: number,
  target: Uint8ClampedArray,
): void {
  const sums = new Int32Array(stride);
  for (let y = 0; y < start.length; y++) {
    sums.fill(1 << (shift - 1));
    for (let i = 0; i < length[y]!; i++) {
      const weight = weights[most * y + i]!;
      const row = (start[y]! + i) * stride;
      for (let x = 0; x < stride; x++)
        sums[x] = (sums[x]! + Math.imul(weight, source[row + x]!)) | 0;
    }
    for (let x = 0; x < stride; x++) target[y * stride + x] = sums[x]! >> shift;
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
function pillowTaps(from: number, to: number, kernel: "bilinear" | "bicubic"): Taps {
  const scale = from / to;
  const widening = Math.max(scale, 1);
  const support = kernels[kernel].support * widening;
  const most = Math.ceil(support) * 2 + 1;
  const taps = emptyTaps(to, most);
  for (let x = 0; x < to; x++) {
    const centre = (x + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    const weights = Array.from({ length: end - first }, (_, i) =>
      kernels[kernel].at((i + first - centre + 0.5) / widening),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    taps.start[x] = first;
    taps.length[x] = weights.length;
    weights.forEach((weight, i) => {
      const scaled = (weight / sum) * 2 ** 22;
      taps.weights[most * x + i] = Math.trunc(scaled + (scaled < 0 ? -0.5 : 0.5));
    });
  }
  return taps;
}

/** Two or four neighbours; those outside the picture repeat its edge, so their weight goes to the edge pixel. */
function openCvTaps(from: number, to: number, kernel: "bilinear" | "bicubic"): Taps {
  const scale = from / to;
  const neighbours = kernel === "bilinear" ? [0, 1] : [-1, 0, 1, 2];
  const taps = emptyTaps(to, neighbours.length);
  for (let x = 0; x < to; x++) {
    const position = Math.fround((x + 0.5) * scale - 0.5);
    const whole = Math.floor(position);
    const part = Math.fround(position - whole);
    const inside = (offset: number) => Math.min(from - 1, Math.max(0, whole + offset));
    const first = inside(neighbours[0]!);
    taps.start[x] = first;
    taps.length[x] = inside(neighbours.at(-1)!) - first + 1;
    for (const offset of neighbours) {
      const distance = Math.abs(offset - part);
      const weight = kernel === "bilinear" ? 1 - distance : cubic(distance, -0.75);
      taps.weights[neighbours.length * x + inside(offset) - first]! += roundHalfToEven(
        weight * 2048,
      );
    }
  }
  return taps;
}

function emptyTaps(results: number, most: number): Taps {
  return {
    start: new Int32Array(results),
    length: new Int32Array(results),
    weights: new Int32Array(results * most),
    most,
  };
}

/** As Python's `round` and C's `rint`: 0.5 → 0, 1.5 → 2, 2.5 → 2. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1;
}

function nearest(picture: Picture, { width, height }: Size, centred: boolean): Picture {
  const columns = nearestIndices(picture.width, width, centred);
  const rows = nearestIndices(picture.height, height, centred);
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (rows[y]! * picture.width + columns[x]!);
      for (let c = 0; c < 3; c++) rgb[to++] = picture.rgb[from + c]!;
    }
  }
  return { width, height, rgb };
}

/** PIL takes the pixel under the result's centre, and gets there by adding (`ImagingScaleAffine`); OpenCV under its corner. */
function nearestIndices(from: number, to: number, centred: boolean): Int32Array {
  const scale = centred ? from / to : 1 / (to / from);
  let centre = scale * 0.5;
  return Int32Array.from({ length: to }, (_, x) => {
    const index = Math.floor(centred ? centre : x * scale);
    centre += scale;
    return Math.min(from - 1, index);
  });
}
