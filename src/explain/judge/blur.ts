import { convolved, gaussian } from "../convolve";
import type { Exhibit } from "./judge";
import { pixelsOf } from "./pixels";

const size = 11;
const sigma = 5;

/**
 * One axis of the kernel that RISE's `evaluation.py` blurs with, 11 numbers whose sum is 1: what `scipy.ndimage.gaussian_filter` (σ = 5, up to 4 σ) makes
 * of a point in the middle of 11 cells. Its Gaussian is longer than they are and is folded back at their ends.
 */
export function kernel(): Float64Array {
  const point = new Float64Array(size);
  point[(size - 1) / 2] = 1;
  return convolved(point, size, gaussian(sigma, 4 * sigma), "mirrored");
}

/** The exhibit's input, blurred; beyond its borders it is 0, as PyTorch pads. */
export function blur(exhibit: Pick<Exhibit, "input" | "layout">): Float32Array {
  const { count, channels, width, at } = pixelsOf(exhibit);
  const { data } = exhibit.input;
  const weights = kernel();
  const result = new Float32Array(data.length);
  for (let channel = 0; channel < channels; channel++) {
    const plane = Float64Array.from({ length: count }, (_, pixel) => data[at(pixel, channel)]!);
    const blurred = convolved(plane, width, weights, "zero");
    blurred.forEach((value, pixel) => (result[at(pixel, channel)] = value));
  }
  return result;
}
