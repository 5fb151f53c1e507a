import { batchName } from "../../graph/concretize";
import type { Builder } from "../../graph/builder";
import { dimNames, divideDims } from "../../graph/dim";
import type { Dim } from "../../graph/graph";

/** The shape for one image of what has this shape for N. */
export function ofOneImage(dims: readonly Dim[]): Dim[] {
  return dims.map((dim) => (hasBatch(dim) ? divideDims(dim, batchName)! : dim));
}

/**
 * What is fed for one image, once for each of N, in the shape `dims` that it has for N: the batch is the slowest factor of its axis.
 *
 * @param counted a value [N].
 */
export function forEachImage(
  g: Builder,
  value: string,
  dims: readonly Dim[],
  counted: string,
): string {
  const ones = (count: number) => (count > 0 ? [g.ints(new Array<number>(count).fill(1))] : []);
  const at = dims.findIndex(hasBatch);
  if (at < 0) return value;
  const repeats = [...ones(at), g.op("Shape", [counted]), ...ones(dims.length - at - 1)];
  const shape = repeats.length === 1 ? repeats[0]! : g.op("Concat", repeats, { axis: 0 });
  return g.op("Tile", [value, shape]);
}

function hasBatch(dim: Dim): boolean {
  return dimNames(dim).includes(batchName);
}
