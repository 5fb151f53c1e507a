import { rangeOf } from "../range";
import { finished } from "./grid";
import type { RawMap } from "./map";

/**
 * Maps behind their final step, each divided by its largest value (of a signed map, by its largest magnitude); a map that is 0 stays so. Where nothing is left of any of
 * them, they are told as they were before the final step, so that what speaks against the class is still known.
 */
export function relativeMaps<M extends RawMap>(
  maps: readonly M[],
  final: "relu" | "none",
): readonly M[] {
  const shown = maps.map((map) => ({ ...map, data: finished({ data: map.data, final }) }));
  const isBlank = shown.every(({ data }) => largestOf(data) === 0);
  return (isBlank ? maps : shown).map((map) => ({ ...map, data: relative(map.data) }));
}

function relative(data: Float32Array): Float32Array {
  const largest = largestOf(data);
  return largest === 0 ? data : data.map((value) => value / largest);
}

/** The largest magnitude; NaN when a value is. */
function largestOf(data: Float32Array): number {
  const { min, max } = rangeOf(data);
  return Math.max(max, -min);
}
