import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";
import { int, ints } from "../../../op/helper/attribute";
import { explicitWindow, extentOf, windowOf, type Window } from "../../../op/helper/window";
import { isBlocked, scaled, stretched } from "./blocked";
import { sizeOf, tensor } from "../../../tensor";
import type { Lowering } from "./lowering";

/**
 * With steps of 1 a Conv with rotated kernels, which onnxruntime keeps in its blocked layout: as fast as the forward pass,
 * where ConvTranspose takes 1.2 to 4 times as long (depthwise 3×3 at 56²×192: 1.2 against 4.4 ms). With wider steps
 * ConvTranspose: zeros between the elements or one Conv per phase cost as much or more (3×3/2 at 56², 128 → 128: 2.8 against 7.1
 * and 2.7 ms; 7×7/2 at 224², 3 → 64: 6.6 against 103 and 20 ms). Where few channels come out, one Conv for all phases.
 */
export const convInputGrad: Lowering = {
  op: "ConvInputGrad",
  lower(g, node) {
    const kernel = g.dims(node.inputs[1]!).slice(2) as number[];
    const window = windowOf(node, ints(node, "shape"), kernel);
    const dense = window.strides.every((stride) => stride === 1);
    if (dense) return [byRotation(g, node, window)];
    if (isDepthwise(g, node, window)) return [byZeros(g, node, window)];
    return [
      hasPhases(g, node, window) ? byPhases(g, node, window) : byTransposition(g, node, window),
    ];
  },
};

/** Whether every channel is convolved by itself with even steps, in a map that onnxruntime keeps in its blocked layout. */
function isDepthwise(g: Builder, node: Node, { strides }: Window): boolean {
  const [dy, filter] = node.inputs as [string, string];
  const [filters, depth] = g.dims(filter);
  const isEach = depth === 1 && int(node, "group") === filters;
  return isEach && strides.every((stride) => stride === strides[0]) && isBlocked(g, dy);
}

/**
 * Every element stretched to a block and all but its first corner erased, then as with steps of 1: ConvTranspose of single channels works on one thread
 * (56² → 112²×96, two threads: 2.4 against 1.1 ms).
 */
function byZeros(g: Builder, node: Node, window: Window): string {
  const [dy, filter] = node.inputs as [string, string];
  const [stride] = window.strides as [number];
  const sizes = (g.dims(dy).slice(2) as number[]).map((size) => size * stride);
  const width = sizes[1]!;
  const corners = Float32Array.from({ length: sizeOf(sizes) }, (_, i) =>
    Number((i % width) % stride === 0 && Math.floor(i / width) % stride === 0),
  );
  const pattern = g.constant(tensor("float32", corners, [1, 1, ...sizes]));
  const apart = g.op("Mul", [
    stretched(
      g,
      dy,
      sizes.map(() => stride),
    ),
    pattern,
  ]);
  // With steps of 1 the cotangent would have that many elements; what is missing at the end is zeros.
  const dense = ints(node, "shape").map(
    (size, axis) => size + window.begin[axis]! + window.end[axis]! - extentOf(window, axis) + 1,
  );
  const end = window.end.map((pad, axis) => pad + sizes[axis]! - dense[axis]!);
  const even = { ...window, end, strides: window.strides.map(() => 1) };
  return byRotation(g, { ...node, inputs: [apart, filter] }, even);
}

/** Up to this many channels, the phases of all fit in a block or two of onnxruntime's layout. */
const fewChannels = 4;

function hasPhases(g: Builder, node: Node, { strides, dilations }: Window): boolean {
  const depth = g.dims(node.inputs[1]!)[1] as number;
  const isEven = strides.length === 2 && strides[0] === strides[1];
  const isPlain = dilations.every((dilation) => dilation === 1) && int(node, "group") === 1;
  return isEven && isPlain && depth <= fewChannels;
}

/**
 * The step of a stem back to the image: the s·s positions between two steps are channels of one Conv with steps of 1, whose kernels are every s-th
 * element of the filter, and DepthToSpace puts them in their places. Zeros before the filter's first element make the padding a whole number of steps, so
 * that the first place is the image's.
 */
function byPhases(g: Builder, node: Node, window: Window): string {
  const [dy, filter] = node.inputs as [string, string];
  const [stride] = window.strides as [number];
  const [filters, depth, ...kernel] = g.dims(filter) as [number, number, number, number];
  const before = window.begin.map((pad) => (stride - (pad % stride)) % stride);
  const taps = kernel.map((size, axis) => Math.ceil((before[axis]! + size) / stride));
  const after = kernel.map((size, axis) => taps[axis]! * stride - size - before[axis]!);
  const padded = g.op("Pad", [filter, g.ints([0, 0, ...before, 0, 0, ...after])]);
  const apart = g.reshape(padded, [filters, depth, taps[0]!, stride, taps[1]!, stride]);
  const phases = g.op("Transpose", [apart], { perm: [3, 5, 1, 0, 2, 4] });
  const joined = g.reshape(phases, [stride * stride * depth, filters, ...taps]);
  const shape = ints(node, "shape");
  const sizes = g.dims(dy).slice(2) as number[];
  const blocks = shape.map((size) => Math.ceil(size / stride));
  const begin = taps.map((size, i) => size - 1 - (window.begin[i]! + before[i]!) / stride);
  const end = blocks.map((count, i) => count - sizes[i]! - begin[i]! + taps[i]! - 1);
  const wide = g.op("Conv", [cropped(g, dy, begin, end), turned(g, joined)], {
    kernel_shape: taps,
    pads: [...begin, ...end].map((pad) => Math.max(0, pad)),
  });
  const places = g.op("DepthToSpace", [wide], { blocksize: stride, mode: "DCR" });
  if (shape.every((size, i) => size === blocks[i]! * stride)) return places;
  return g.op("Slice", [places, g.ints([0, 0]), g.ints(shape), g.ints([2, 3])]);
}

function byRotation(g: Builder, node: Node, window: Window): string {
  const [dy, filter] = node.inputs as [string, string];
  const group = int(node, "group");
  const begin = window.begin.map((pad, axis) => extentOf(window, axis) - 1 - pad);
  const end = window.end.map((pad, axis) => extentOf(window, axis) - 1 - pad);
  const pads = [...begin, ...end].map((pad) => Math.max(0, pad));
  const inputs = [cropped(g, dy, begin, end), rotated(g, filter, group)];
  return g.op("Conv", inputs, { dilations: window.dilations, group, pads });
}

/** Cuts off the elements that only padding met: negative pads, which Conv does not take. */
function cropped(g: Builder, dy: string, begin: readonly number[], end: readonly number[]): string {
  if (Math.min(...begin, ...end) >= 0) return dy;
  const sizes = g.dims(dy).slice(2) as number[];
  const starts = begin.map((pad) => Math.max(0, -pad));
  const ends = sizes.map((size, axis) => size + Math.min(0, end[axis]!));
  return g.op("Slice", [
    dy,
    g.ints(starts),
    g.ints(ends),
    g.ints(sizes.map((_, axis) => axis + 2)),
  ]);
}

/**
 * Filters [M, C/group, …] with the channels swapped group by group and the kernel rotated by a half turn: [C, M/group, …].
 * For a parameter onnxruntime computes it once, at load.
 */
function rotated(g: Builder, filter: string, group: number): string {
  const [filters, depth, ...kernel] = g.dims(filter) as [number, number, ...number[]];
  const each = filters / group;
  const split = g.reshape(filter, [group, each, depth, ...kernel]);
  const spatial = kernel.map((_, axis) => axis + 3);
  const swapped =
    each * depth === 1 ? split : g.op("Transpose", [split], { perm: [0, 2, 1, ...spatial] });
  return turned(g, g.reshape(swapped, [group * depth, each, ...kernel]));
}

/** Every kernel of [*, *, …kernel] rotated by a half turn. */
function turned(g: Builder, filters: string): string {
  const kernel = g.dims(filters).slice(2) as number[];
  const turning = kernel.flatMap((size, axis) => (size > 1 ? [axis] : []));
  if (turning.length === 0) return filters;
  return g.op("Slice", [
    filters,
    g.ints(turning.map(() => -1)),
    g.ints(turning.map((axis) => -kernel[axis]! - 1)),
    g.ints(turning.map((axis) => axis + 2)),
    g.ints(turning.map(() => -1)),
  ]);
}

function byTransposition(g: Builder, node: Node, window: Window): string {
  const [dy, filter] = node.inputs as [string, string];
  const sizes = g.dims(dy).slice(2) as number[];
  const missing = ints(node, "shape").map((size, axis) => {
    const reach = window.strides[axis]! * (sizes[axis]! - 1) + extentOf(window, axis);
    return size - (reach - window.begin[axis]! - window.end[axis]!);
  });
  const group = int(node, "group");
  const dx = g.op("ConvTranspose", [dy, filter], {
    ...explicitWindow(window),
    group,
    output_padding: missing,
  });
  // Back into the blocked layout here: else every sum of the residual stages before would leave it (ResNet-50: 10 ways out instead of 37).
  return group === 1 && isBlocked(g, dx) ? scaled(g, dx, 1) : dx;
}
