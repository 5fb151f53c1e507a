import type { Exhibit } from "./judge";
import { pixelsOf } from "./pixels";

const size = 11;
const sigma = 5;

/**
 * One axis of the kernel that RISE's `evaluation.py` blurs with, 11 numbers whose sum is 1: what `scipy.ndimage.gaussian_filter` (σ = 5, up to 4 σ) makes
 * of a point in the middle of 11 cells. Its Gaussian is longer than they are and is folded back at their ends.
 */
export function kernel(): Float64Array {
  const radius = 4 * sigma;
  const middle = (size - 1) / 2;
  const folded = new Float64Array(size);
  let sum = 0;
  for (let distance = -radius; distance <= radius; distance++) {
    const weight = Math.exp(-(distance ** 2) / (2 * sigma ** 2));
    // scipy's “reflect”: … 1 0 | 0 1 … 10 | 10 9 …
    const place = (((middle + distance) % (2 * size)) + 2 * size) % (2 * size);
    folded[place < size ? place : 2 * size - 1 - place]! += weight;
    sum += weight;
  }
  return folded.map((weight) => weight / sum);
}

/** The exhibit's input, blurred; beyond its borders it is 0, as PyTorch pads. */
export function blur(exhibit: Pick<Exhibit, "input" | "layout">): Float32Array {
  const { count, channels, width, at } = pixelsOf(exhibit);
  const { data } = exhibit.input;
  const weights = kernel();
  const height = count / width;
  const result = new Float32Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    const plane = Float64Array.from({ length: count }, (_, pixel) => data[at(pixel, channel)]!);
    const rows = along(plane, { steps: width, stride: 1, lines: height, next: width }, weights);
    const both = along(rows, { steps: height, stride: width, lines: width, next: 1 }, weights);
    both.forEach((value, pixel) => (result[at(pixel, channel)] = value));
  }
  return result;
}

/** Parallel lines of a plane: how many, how far apart they start, and how far apart their own numbers lie. */
interface Lines {
  readonly steps: number;
  readonly stride: number;
  readonly lines: number;
  readonly next: number;
}

function along(
  plane: Float64Array,
  { steps, stride, lines, next }: Lines,
  weights: Float64Array,
): Float64Array {
  const reach = (size - 1) / 2;
  const result = new Float64Array(plane.length);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < steps; i++) {
      let sum = 0;
      const last = Math.min(steps - 1, i + reach);
      for (let j = Math.max(0, i - reach); j <= last; j++) {
        sum += weights[j - i + reach]! * plane[line * next + j * stride]!;
      }
      result[line * next + i * stride] = sum;
    }
  }
  return result;
}
