import type { AttributionMap } from "../api";
import type { Grid } from "../picture/upsample";
import { rangeOf } from "../range";

/** The map as it is written and shown: the final step done. */
export function finished({ data, final }: Pick<AttributionMap, "data" | "final">): Float32Array {
  return final === "relu" ? data.map((value) => Math.max(value, 0)) : data;
}

/**
 * The finished map in rows and columns, as pictures show it: of the channels of a map in input space their sum, or the largest of their magnitudes (Simonyan et
 * al., §3.1) where the sign says nothing for or against.
 */
export function asGrid(map: Drawable): Grid {
  const [height, width] = map.dims.slice(-2) as [number, number];
  const values = finished(map);
  const data = new Float32Array(width * height);
  const join = joins[map.dims.length > 2 ? (map.shows ?? "sum") : "sum"];
  for (let start = 0; start < values.length; start += data.length)
    for (let i = 0; i < data.length; i++) data[i] = join(data[i]!, values[start + i]!);
  return { width, height, data, ...(map.extent && { extent: map.extent }) };
}

const joins = {
  sum: (before: number, value: number) => before + value,
  magnitude: (before: number, value: number) => Math.max(before, Math.abs(value)),
} as const;

/** A map as pictures draw it. */
export interface DrawnMap {
  /** Less `floor`. */
  readonly cells: Grid;
  /** What is taken from every value: the least one, where the map's level is free. */
  readonly floor: number;
  /** The value that gets the strongest colour, and all beyond it; absent = the largest. */
  readonly scale?: number;
}

type Drawable = Pick<AttributionMap, "data" | "final" | "dims" | "extent" | "shows" | "level">;

/** How a map is drawn, on disk and on the screen. */
export function drawnMap(map: Drawable): DrawnMap {
  const whole = asGrid(map);
  const isFine = map.dims.length > 2;
  if (isFine) return { cells: whole, floor: 0, scale: shareOf(whole.data, finelyShown) };
  if (map.level !== "free") return { cells: whole, floor: 0 };
  const range = rangeOf(whole.data);
  // What rounding leaves of a map that is the same everywhere would be drawn as evidence.
  const above = isEven(range) ? () => 0 : (value: number) => value - range.min;
  return { cells: { ...whole, data: whole.data.map(above) }, floor: range.min };
}

/** Of the magnitudes of a map in input space so many, in order, are told apart by their colours: a few pixels are many times stronger than all others. */
const finelyShown = 0.99;

/** Whether a map's values differ by no more than rounding. */
export function isEven({ min, max }: AttributionMap["range"]): boolean {
  return max - min <= evenly * Math.max(Math.abs(min), Math.abs(max));
}

/** So much of a value, a few units in the last place of float32, tells no place from another. */
const evenly = 1e-6;

/** The magnitude that a share of all magnitudes does not exceed; absent where that is 0. */
function shareOf(data: Float32Array, share: number): number | undefined {
  const sizes = data.map(Math.abs).sort();
  return sizes[Math.min(sizes.length - 1, Math.floor(share * sizes.length))] || undefined;
}
