import type { Builder } from "../../graph/builder";
import { divideDims, multiplyDims } from "../../graph/dim";
import type { Dim } from "../../graph/graph";

/**
 * Folds the class axis of a cotangent into a channel axis, so that one convolution serves all classes. `axis` counts
 * without the class axis; channels stay group by group: [K, …, group·c, …] → [ …, group·K·c, …].
 */
export function foldClasses(g: Builder, value: string, axis: number, group: number): string {
  if (g.classes === 1) return value;
  const { before, channels, after } = around(g.dims(value).slice(1), axis);
  const each = divideDims(channels, group)!;
  const split = g.reshape(value, [g.classes, ...before, group, each, ...after]);
  const moved = moveAxis(g, split, 0, axis + 1);
  return g.reshape(moved, [...before, multiplyDims([g.classes, channels]), ...after]);
}

/** Undoes {@link foldClasses}: [ …, group·K·c, …] → [K, …, group·c, …]. */
export function unfoldClasses(g: Builder, value: string, axis: number, group: number): string {
  if (g.classes === 1) return value;
  const { before, channels: folded, after } = around(g.dims(value), axis);
  const channels = divideDims(folded, g.classes)!;
  const each = divideDims(channels, group)!;
  const split = g.reshape(value, [...before, group, g.classes, each, ...after]);
  const moved = moveAxis(g, split, axis + 1, 0);
  return g.reshape(moved, [g.classes, ...before, channels, ...after]);
}

function around(dims: readonly Dim[], axis: number) {
  return { before: dims.slice(0, axis), channels: dims[axis]!, after: dims.slice(axis + 1) };
}

function moveAxis(g: Builder, value: string, from: number, to: number): string {
  const perm = g.dims(value).flatMap((_, axis) => (axis === from ? [] : [axis]));
  return g.op("Transpose", [value], { perm: perm.toSpliced(to, 0, from) });
}
