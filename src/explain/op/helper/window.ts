import { GraphError } from "../../error";
import { isConcrete, printDims } from "../../graph/dim";
import type { Attributes, Dim, Node } from "../../graph/graph";
import { stridesOf } from "../../tensor";
import { maybeInt, maybeInts } from "./attribute";

/** A window that slides over the spatial axes, with every default filled in; one entry per axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Padding before the first element, and after the last. */
  readonly begin: readonly number[];
  readonly end: readonly number[];
  /** Whether a last window that hangs over the end counts. */
  readonly ceil: boolean;
}

/** Attributes that convolution and pooling share, with their defaults. */
export const windowAttributes = {
  auto_pad: "NOTSET",
  dilations: undefined,
  kernel_shape: undefined,
  pads: undefined,
  strides: undefined,
};

/**
 * The window of a node over `input` (the spatial sizes). `auto_pad` is resolved, for which sizes that are only names must not
 * matter.
 */
export function windowOf(node: Node, input: readonly Dim[], kernel: readonly number[]): Window {
  const rank = input.length;
  const ones = new Array<number>(rank).fill(1);
  const strides = maybeInts(node, "strides") ?? ones;
  const dilations = maybeInts(node, "dilations") ?? ones;
  const pads = maybeInts(node, "pads") ?? new Array<number>(2 * rank).fill(0);
  const ceil = maybeInt(node, "ceil_mode") === 1;
  const lengths = [kernel.length, strides.length, dilations.length, pads.length / 2];
  if (lengths.some((length) => length !== rank)) {
    throw new GraphError(
      node.name,
      `${node.op} has a window of ${lengths.join("/")} axes (kernel/strides/dilations/pads) over ${printDims(input)}`,
    );
  }
  const window = { kernel, strides, dilations, ceil };
  const auto = node.attributes["auto_pad"] ?? "NOTSET";
  if (auto === "NOTSET") return { ...window, begin: pads.slice(0, rank), end: pads.slice(rank) };
  const totals = input.map((size, axis) =>
    auto === "VALID" ? 0 : samePadding(node, window, size, axis),
  );
  const lesser = totals.map((total) => Math.floor(total / 2));
  const greater = totals.map((total) => Math.ceil(total / 2));
  return auto === "SAME_LOWER"
    ? { ...window, begin: greater, end: lesser }
    : { ...window, begin: lesser, end: greater };
}

/** The padding with which there are ceil(size / stride) windows. */
function samePadding(
  node: Node,
  window: Pick<Window, "kernel" | "strides" | "dilations">,
  size: Dim,
  axis: number,
): number {
  const stride = window.strides[axis]!;
  const extent = extentOf(window, axis);
  if (stride === 1) return extent - 1;
  if (typeof size === "string") {
    throw new GraphError(
      node.name,
      `${node.op} pads by auto_pad, which needs the size “${size}” as a number`,
    );
  }
  return Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size);
}

/** From the first element that a window covers to the last, both counted. */
export function extentOf(window: Pick<Window, "kernel" | "dilations">, axis: number): number {
  return window.dilations[axis]! * (window.kernel[axis]! - 1) + 1;
}

/** How many windows there are along each axis: the spatial sizes of the output. */
export function outputSizes(node: Node, input: readonly Dim[], kernel: readonly number[]): Dim[] {
  const auto = node.attributes["auto_pad"] ?? "NOTSET";
  if (auto === "SAME_UPPER" || auto === "SAME_LOWER") {
    const strides = maybeInts(node, "strides");
    return input.map((size, axis) => slide(size, -1, strides?.[axis] ?? 1, false));
  }
  const window = windowOf(node, input, kernel);
  return input.map((size, axis) => {
    const begin = window.begin[axis]!;
    const stride = window.strides[axis]!;
    const count = slide(
      size,
      begin + window.end[axis]! - extentOf(window, axis),
      stride,
      window.ceil,
    );
    if (typeof count === "string" || typeof size === "string") return count;
    if (count < 1) {
      throw new GraphError(
        node.name,
        `a window of ${extentOf(window, axis)} does not fit into ${printDims(input)} of ${node.op}`,
      );
    }
    // A window that would begin behind the input sees padding only, and is left out.
    return window.ceil && (count - 1) * stride >= size + begin ? count - 1 : count;
  });
}

/** `floor((size + offset) / stride) + 1`, or ceil; for a size that is a name, a name that says so. */
function slide(size: Dim, offset: number, stride: number, ceil: boolean): Dim {
  const round = ceil ? "ceil" : "floor";
  if (typeof size === "number") return Math[round]((size + offset) / stride) + 1;
  if (stride === 1) return shiftDim(size, offset + 1);
  return `${round}((${shiftDim(size, offset)})/${stride})+1`.replaceAll("*", "·");
}

/** `size + offset`. `*` is kept for products of whole sizes, so within a sum it is written otherwise. */
export function shiftDim(size: Dim, offset: number): Dim {
  if (typeof size === "number") return size + offset;
  if (offset === 0) return size;
  return `${size.replaceAll("*", "·")}${offset < 0 ? "" : "+"}${offset}`;
}

/** Spatial sizes as numbers. Throws `GraphError` when one is only a name. */
export function concreteSizes(node: Node, sizes: readonly Dim[]): readonly number[] {
  if (isConcrete(sizes)) return sizes;
  throw new GraphError(
    node.name,
    `the gradient of ${node.op} needs its spatial sizes as numbers, but they are ${printDims(sizes)}`,
  );
}

/** The window as explicit attributes, as Sightline's own gradient operators carry it. */
export function explicitWindow(window: Window): Attributes {
  return {
    dilations: window.dilations,
    pads: [...window.begin, ...window.end],
    strides: window.strides,
  };
}

/**
 * For every element of the kernel, in C order: the flat offset in the input that it meets at each output position, or −1 in
 * the padding.
 */
export function tapOffsets(
  window: Window,
  input: readonly number[],
  output: readonly number[],
): Int32Array[] {
  const strides = stridesOf(input);
  let taps: Int32Array[] = [Int32Array.of(0)];
  input.forEach((size, axis) => {
    const alongAxis = Array.from({ length: window.kernel[axis]! }, (_, tap) => {
      const first = tap * window.dilations[axis]! - window.begin[axis]!;
      return Int32Array.from({ length: output[axis]! }, (_, o) => {
        const position = first + o * window.strides[axis]!;
        return position < 0 || position >= size ? -1 : position * strides[axis]!;
      });
    });
    taps = taps.flatMap((before) => alongAxis.map((after) => outerSum(before, after)));
  });
  return taps;
}

/** Every sum of an offset of `a` and one of `b`, in C order; −1 where either is. */
function outerSum(a: Int32Array, b: Int32Array): Int32Array {
  const sums = new Int32Array(a.length * b.length);
  for (let i = 0; i < sums.length; i++) {
    const before = a[Math.floor(i / b.length)]!;
    const after = b[i % b.length]!;
    sums[i] = before < 0 || after < 0 ? -1 : before + after;
  }
  return sums;
}
