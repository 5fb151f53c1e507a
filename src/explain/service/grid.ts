import type { AttributionMap } from "../api";
import type { Grid } from "../picture/upsample";

/** The map as it is written and shown: the final step done. */
export function finished({ data, final }: Pick<AttributionMap, "data" | "final">): Float32Array {
  return final === "relu" ? data.map((value) => Math.max(value, 0)) : data;
}

/**
 * The finished map in rows and columns, as pictures show it: of the channels of a map in input space their sum, or the largest of their magnitudes (Simonyan et
 * al., §3.1) where the sign says nothing for or against.
 */
export function asGrid(
  map: Pick<AttributionMap, "data" | "final" | "dims" | "extent" | "shows">,
): Grid {
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
