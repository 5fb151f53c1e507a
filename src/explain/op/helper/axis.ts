import { GraphError } from "../../error";
import type { Dim, Node } from "../../graph/graph";

/** An axis counted from the front; ONNX counts negative ones from the end. Throws `GraphError` for one that is not there. */
export function axisFromFront(node: Node, axis: number, rank: number): number {
  if (axis < -rank || axis >= rank) {
    throw new GraphError(node.name, `${node.op} has axis ${axis} where the rank is ${rank}`);
  }
  return axis < 0 ? axis + rank : axis;
}

/** An axis counted from the end, as backward rules need it: cotangents may have one axis more in front. */
export function axisFromEnd(node: Node, axis: number, rank: number): number {
  return axisFromFront(node, axis, rank) - rank;
}

/** A place along an axis of `size`, counted from the front; negative ones count from the end. Throws `GraphError` for one that is not there. */
export function placeFromFront(node: Node, place: number, size: number): number {
  if (place >= -size && place < size) return place < 0 ? place + size : place;
  throw new GraphError(node.name, `${node.op} names place ${place} of an axis of ${size}`);
}

/** A name for a size that cannot be told before running. */
export function openDim(node: Node, axis: number): Dim {
  return `${node.outputs.find(Boolean)!.replaceAll("*", "×")}[${axis}]`;
}

/** Numbers along one axis: `outer · inner` lines of `length` numbers that lie `inner` apart. */
export interface Lines {
  readonly length: number;
  readonly inner: number;
  /** Where each line starts. */
  readonly starts: readonly number[];
}

/** The lines of an array of shape `dims` along `axis` (from the front). */
export function linesAlong(dims: readonly number[], axis: number): Lines {
  const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);
  const length = dims[axis]!;
  const inner = product(dims.slice(axis + 1));
  const outer = product(dims.slice(0, axis));
  const starts = Array.from(
    { length: outer * inner },
    (_, i) => Math.floor(i / inner) * length * inner + (i % inner),
  );
  return { length, inner, starts };
}
