import type { Attributes, Dim, Node, ValueType } from "../../graph/graph";
import { dtypes, sizeOf, type DType, type Tensor } from "../../tensor";
import { float, int, ints, maybeInt } from "./attribute";
import {
  concreteSizes,
  explicitWindow,
  outputSizes,
  tapOffsets,
  windowOf,
  type Window,
} from "./window";

/** Attributes of Sightline's own pooling gradients: the window of the pooling, explicitly. */
export const explicitPoolingAttributes = {
  ceil_mode: 0,
  dilations: undefined,
  kernel_shape: undefined,
  pads: undefined,
  strides: undefined,
};

/** Those of the gradient of MaxPool: only windows whose maximum lies between the bounds count. */
export const maxPoolGradAttributes = {
  ...explicitPoolingAttributes,
  low: -Infinity,
  high: Infinity,
};

/** {@link maxima}, −1 also where the maximum does not lie between the bounds `low` and `high` of `node`. */
export function boundedMaxima(node: Node, x: Tensor): Int32Array {
  const [low, high] = [float(node, "low"), float(node, "high")];
  const isOpen = low === -Infinity && high === Infinity;
  return maxima(x, poolingOf(node, x.dims)).map((offset) => {
    const value = x.data[offset]!;
    return isOpen || (value > low && value < high) ? offset : -1;
  });
}

/** The attributes with which the gradient of a pooling over `dims` [N, C, …] says the same window. */
export function explicitPooling(node: Node, dims: readonly Dim[]): Attributes {
  const kernel = ints(node, "kernel_shape");
  return {
    ...explicitWindow(windowOf(node, concreteSizes(node, dims.slice(2)), kernel)),
    ceil_mode: maybeInt(node, "ceil_mode") ?? 0,
    kernel_shape: kernel,
  };
}

/** The pooled shape [N, C, …] of a node with a `kernel_shape`. */
export function pooledDims(node: Node, dims: readonly Dim[]): Dim[] {
  return [...dims.slice(0, 2), ...outputSizes(node, dims.slice(2), ints(node, "kernel_shape"))];
}

/** The pooled type, of the element type of `input`. */
export function pooledType(node: Node, input: ValueType): ValueType {
  return { type: input.type, dims: pooledDims(node, input.dims) };
}

/** [N, C, …] → [N, C, 1, …]: global pooling. */
export function globalDims(dims: readonly Dim[]): Dim[] {
  return dims.map((dim, axis) => (axis < 2 ? dim : 1));
}

/** A pooling over concrete sizes: how many planes, how they lie, and where each tap of each window falls. */
export interface Pooling {
  readonly window: Window;
  readonly dims: readonly number[];
  readonly planes: number;
  readonly inputSize: number;
  readonly outputSize: number;
  /** {@link tapOffsets} */
  readonly taps: readonly Int32Array[];
}

/** `input` [N, C, …]. */
export function poolingOf(node: Node, input: readonly number[]): Pooling {
  const dims = pooledDims(node, input) as number[];
  const sizes = input.slice(2);
  const window = windowOf(node, sizes, ints(node, "kernel_shape"));
  return {
    window,
    dims,
    planes: sizeOf(input.slice(0, 2)),
    inputSize: sizeOf(sizes),
    outputSize: sizeOf(dims.slice(2)),
    taps: tapOffsets(window, sizes, dims.slice(2)),
  };
}

/**
 * For every output element, the flat offset in `x` of its first maximum in row-major order, or −1 when the window sees
 * padding only. A NaN counts as the maximum, as in PyTorch; onnxruntime's kernels pass over it, where a mask that brings it back would cost more than
 * the pooling.
 */
export function maxima(x: Tensor, pooling: Pooling): Int32Array {
  const { planes, inputSize, outputSize, taps } = pooling;
  const result = new Int32Array(planes * outputSize).fill(-1);
  for (let i = 0; i < result.length; i++) {
    const plane = Math.floor(i / outputSize) * inputSize;
    let best = -Infinity;
    for (const offsets of taps) {
      const offset = offsets[i % outputSize]!;
      if (offset < 0) continue;
      const value = x.data[plane + offset]!;
      if (result[i]! >= 0 && !(value > best) && !Number.isNaN(value)) continue;
      best = value;
      result[i] = plane + offset;
    }
  }
  return result;
}

/** What max pooling makes of a window that sees padding only: the lowest finite number (of single precision for floats). */
export function lowest(type: DType): number {
  const { bytes, ...kind } = dtypes[type];
  if (kind.float) return -3.4028234663852886e38;
  return type.startsWith("u") ? 0 : -(2 ** (8 * bytes - 1));
}

/**
 * How many elements each window covers. With `withPadding` the padding counts, but never what lies beyond it, where a last
 * window may reach with `ceil_mode`.
 */
export function coverage(
  window: Window,
  input: readonly number[],
  output: readonly number[],
  withPadding: boolean,
): Float64Array {
  const counts = output.map((count, axis) => {
    const first = withPadding ? -window.begin[axis]! : 0;
    const last = input[axis]! + (withPadding ? window.end[axis]! : 0);
    return Array.from({ length: count }, (_, o) => {
      const start = o * window.strides[axis]! - window.begin[axis]!;
      const taps = Array.from({ length: window.kernel[axis]! }, (_, tap) => tap);
      const positions = taps.map((tap) => start + tap * window.dilations[axis]!);
      return positions.filter((position) => position >= first && position < last).length;
    });
  });
  const all = counts.reduce((before, axis) => before.flatMap((a) => axis.map((b) => a * b)), [1]);
  return Float64Array.from(all);
}

/** The number that AveragePool divides by at each output position; 1 where a window covers nothing. */
export function divisors(
  node: Node,
  window: Window,
  input: readonly number[],
  output: readonly number[],
): Float64Array {
  const counts = coverage(window, input, output, int(node, "count_include_pad") === 1);
  return counts.map((count) => Math.max(1, count));
}
