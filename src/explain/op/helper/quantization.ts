import { GraphError } from "../../error";
import type { Builder } from "../../graph/builder";
import { isConcrete, printDims } from "../../graph/dim";
import type { Dim, Node } from "../../graph/graph";
import { sizeOf, type DType } from "../../tensor";
import { int } from "./attribute";
import { axisFromEnd, axisFromFront } from "./axis";

/** What QuantizeLinear makes: the lowest and the highest number of each element type. */
export const quantizedRanges: Readonly<Partial<Record<DType, readonly [number, number]>>> = {
  int4: [-8, 7],
  uint4: [0, 15],
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
};

/**
 * Which element of a scale (or zero point) each element of a value goes with: one scale for all, one for each index along `axis`, or one
 * for each block of `block_size` along it.
 */
export function scaleIndices(
  node: Node,
  dims: readonly number[],
  scale: readonly number[],
): (i: number) => number {
  if (sizeOf(scale) === 1) return () => 0;
  const axis = axisFromFront(node, int(node, "axis"), dims.length);
  const inner = sizeOf(dims.slice(axis + 1));
  const length = dims[axis]!;
  if (scale.length === 1) return (i) => Math.floor(i / inner) % length;
  const block = int(node, "block_size");
  const blocks = scale[axis]!;
  return (i) => {
    const along = Math.floor(i / inner) % length;
    const outer = Math.floor(i / (inner * length));
    return (outer * blocks + Math.floor(along / block)) * inner + (i % inner);
  };
}

/** Throws `GraphError` for a scale that fits none of the three ways in which {@link scaleIndices} reads it. */
export function checkScale(node: Node, dims: readonly Dim[], scale: readonly Dim[]): void {
  if (scale.every((dim) => dim === 1)) return;
  const axis = axisFromFront(node, int(node, "axis"), dims.length);
  const block = int(node, "block_size");
  const fits = (size: Dim | undefined, want: Dim | undefined) =>
    typeof size !== "number" || typeof want !== "number" || size === want;
  const isPerAxis = block === 0 && scale.length === 1 && fits(scale[0], dims[axis]);
  const blocks = (size: Dim) => (typeof size === "number" ? Math.ceil(size / block) : size);
  const isBlocked =
    block > 0 &&
    scale.length === dims.length &&
    scale.every((size, i) => fits(size, i === axis ? blocks(dims[i]!) : dims[i]));
  if (isPerAxis || isBlocked) return;
  const shapes = `scales ${printDims(scale)} for values ${printDims(dims)} along axis ${axis}`;
  throw new GraphError(node.name, `${node.op} has ${shapes}`);
}

/** A scale as it broadcasts against `value` and its cotangents. */
export function broadcastScale(g: Builder, node: Node, scale: string, value: string): string {
  const have = g.dims(scale);
  const dims = g.dims(value);
  if (have.every((dim) => dim === 1)) return g.reshape(scale, []);
  const axis = axisFromEnd(node, int(node, "axis"), dims.length);
  if (have.length === 1)
    return g.reshape(scale, [...have, ...dims.slice(axis + dims.length + 1).map(() => 1)]);
  return repeatBlocks(g, scale, dims, axis + dims.length, int(node, "block_size"));
}

/** Each scale once for every element of its block. */
function repeatBlocks(
  g: Builder,
  scale: string,
  dims: readonly Dim[],
  axis: number,
  block: number,
): string {
  const have = g.dims(scale);
  if (!isConcrete(have)) throw new GraphError(scale, `has the open shape ${printDims(have)}`);
  const before = have.slice(0, axis + 1);
  const after = have.slice(axis + 1);
  const column = g.reshape(scale, [...before, 1, ...after]);
  const repeated = g.op("Expand", [column, g.ints([...before, block, ...after])]);
  const joined = g.reshape(repeated, have.with(axis, have[axis]! * block));
  const length = dims[axis]!;
  if (typeof length !== "number" || length === have[axis]! * block) return joined;
  return g.op("Slice", [joined, g.ints([0]), g.ints([length]), g.ints([axis])]);
}
