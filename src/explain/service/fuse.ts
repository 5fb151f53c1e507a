import { ofInput, type Extent, type Size } from "../picture/geometry";
import { renderMap } from "../picture/upsample";
import type { RawMap } from "./map";
import { relativeMaps } from "./relative";

/** A layer's map, and where it lies in the network's input; absent = all over it. */
export interface PlacedMap extends RawMap {
  readonly extent?: Extent;
}

/**
 * One map of several layers: each behind its final step, divided by its largest value (of a signed map, by its largest magnitude), brought to the
 * resolution of the network's input (bilinear between cell centres, as `align_corners=False`), and the mean over the layers that saw a place; 0 where none did.
 * As pytorch-grad-cam aggregates layers, which also takes each map's least value off: equal where every map has a 0.
 *
 * @param input the size of the network's input.
 * @returns [H,W]
 */
export function fuse(maps: readonly PlacedMap[], final: "relu" | "none", input: Size): RawMap {
  const whole = ofInput(input);
  const size = input.width * input.height;
  const sum = new Float32Array(size);
  const seen = new Uint16Array(size);
  for (const { data, dims, extent } of relativeMaps(maps, final)) {
    const [height, width] = dims as readonly [number, number];
    const rendered = renderMap({ width, height, data, ...(extent && { extent }) }, whole).data;
    // A map that is not all numbers has none left; elsewhere NaN is a place that the layer did not see.
    const isNumbers = !Number.isNaN(data[0]);
    rendered.forEach((value, i) => {
      if (isNumbers && Number.isNaN(value)) return;
      sum[i]! += value;
      seen[i]!++;
    });
  }
  const data = sum.map((value, i) => value / Math.max(seen[i]!, 1));
  return { dims: [input.height, input.width], data };
}

/** The same of maps that lie in input space already. */
export function meanOf(maps: readonly RawMap[], final: "relu" | "none"): RawMap {
  const data = new Float32Array(maps[0]!.data.length);
  for (const map of relativeMaps(maps, final)) {
    map.data.forEach((value, i) => (data[i]! += value / maps.length));
  }
  return { dims: maps[0]!.dims, data };
}
