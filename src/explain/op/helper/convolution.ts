import { GraphError } from "../../error";
import { isConcrete, printDims } from "../../graph/dim";
import type { Dim, Node } from "../../graph/graph";
import { sizeOf, type NumberArray, type Tensor } from "../../tensor";
import { int, maybeInts } from "./attribute";
import { outputSizes, tapOffsets, type Window } from "./window";

/**
 * The three faces of convolution (forward, gradient by the input, gradient by the filter) visit the same triples of input,
 * filter and output elements; they differ in which of the three they add to.
 */
export interface Correlation {
  readonly window: Window;
  /** [N, C, …] */
  readonly input: readonly number[];
  /** [M, C/group, …] */
  readonly filter: readonly number[];
  /** [N, M, …] */
  readonly output: readonly number[];
}

/**
 * Calls `visit` once per image and filter element, with the flat offset of that filter element, those of the input and
 * output planes it connects, and for every output position the offset in the input plane (−1 = padding).
 */
export function correlate(
  { window, input, filter, output }: Correlation,
  visit: (x: number, w: number, y: number, offsets: Int32Array) => void,
): void {
  const [batch, channels] = input as [number, number];
  const [filters, depth] = filter as [number, number];
  const taps = tapOffsets(window, input.slice(2), output.slice(2));
  const inputSize = sizeOf(input.slice(2));
  const outputSize = sizeOf(output.slice(2));
  const perGroup = (filters * depth) / channels;
  for (let n = 0; n < batch; n++) {
    for (let m = 0, w = 0; m < filters; m++) {
      const y = (n * filters + m) * outputSize;
      const first = n * channels + Math.floor(m / perGroup) * depth;
      for (let c = 0; c < depth; c++) {
        for (const offsets of taps) visit((first + c) * inputSize, w++, y, offsets);
      }
    }
  }
}

/** y += w ⋆ x. */
export function correlateForward(
  dims: Correlation,
  x: NumberArray,
  w: NumberArray,
  y: NumberArray,
): void {
  correlate(dims, (xAt, wAt, yAt, offsets) => {
    const weight = w[wAt]!;
    for (let o = 0; o < offsets.length; o++) {
      const offset = offsets[o]!;
      if (offset >= 0) y[yAt + o]! += weight * x[xAt + offset]!;
    }
  });
}

/** dx += the transpose of {@link correlateForward}, applied to dy. */
export function correlateTransposed(
  dims: Correlation,
  dx: NumberArray,
  w: NumberArray,
  dy: NumberArray,
): void {
  correlate(dims, (xAt, wAt, yAt, offsets) => {
    const weight = w[wAt]!;
    for (let o = 0; o < offsets.length; o++) {
      const offset = offsets[o]!;
      if (offset >= 0) dx[xAt + offset]! += weight * dy[yAt + o]!;
    }
  });
}

/** Where a convolution's output starts: the bias at every position of [N, M, …]; zeros without one. */
export function biased(dims: readonly number[], bias: Tensor | undefined): Float64Array {
  const y = new Float64Array(sizeOf(dims));
  if (!bias) return y;
  const plane = sizeOf(dims.slice(2));
  return y.map((_, i) => bias.data[Math.floor(i / plane) % dims[1]!]!);
}

/** The kernel's sizes, from the filter [M, C/group, …], with which `kernel_shape` must agree. */
export function kernelOf(node: Node, filter: readonly Dim[]): readonly number[] {
  const kernel = filter.slice(2);
  const stated = maybeInts(node, "kernel_shape") ?? kernel;
  if (isConcrete(kernel) && kernel.every((size, axis) => size === stated[axis])) return kernel;
  throw new GraphError(
    node.name,
    `${node.op} has filters ${printDims(filter)}, but kernel_shape ${printDims(stated)}`,
  );
}

/** The channel counts of a convolution agree: filter [M, C/group, …], `channels` = C. */
export function checkChannels(node: Node, channels: Dim, filter: readonly Dim[]): void {
  const group = int(node, "group");
  const [filters, depth] = filter;
  const fits =
    typeof depth !== "number" || typeof channels !== "number" || depth * group === channels;
  if (fits && (typeof filters !== "number" || filters % group === 0)) return;
  throw new GraphError(
    node.name,
    `${node.op} with ${group} groups has filters ${printDims(filter)} for ${channels} channels`,
  );
}

/** The output of a convolution over `input` has the spatial sizes that `output` states. */
export function checkSizes(
  node: Node,
  input: readonly Dim[],
  kernel: readonly number[],
  output: readonly Dim[],
): void {
  const sizes = outputSizes(node, input, kernel);
  if (sizes.length === output.length && sizes.every((size, axis) => size === output[axis])) return;
  throw new GraphError(
    node.name,
    `${node.op} of ${printDims(input)} would have outputs of ${printDims(sizes)}, not ${printDims(output)}`,
  );
}
