import type { AttributionMap, Explanation } from "../../explain/api";
import { asGrid } from "../../explain/service/map";
import { colourMapOf } from "../../explain/picture/colourMap";
import type { Geometry, Point } from "../../explain/picture/geometry";
import { paintHeat, scaleOf } from "../../explain/picture/overlay";
import { regionOf } from "../../explain/picture/region";
import { hottestSpot, renderMap, valueAt, type Grid } from "../../explain/picture/upsample";

/** A map on its way to the screen. */
export interface Heat {
  /** The map's own cells, the final step done. */
  readonly cells: Grid;
  /** The same at the size of the shown picture. */
  readonly grid: Grid;
  readonly geometry: Geometry;
  /** The middle of the hottest cell, in pixels of the original image; absent when there is no evidence. */
  readonly peak: Point | undefined;
  /** Where the evidence lies, in words; empty when there is none. */
  readonly where: string;
}

const known = new WeakMap<AttributionMap, Heat>();

/** Worked out once per map: a picture has a million pixels. */
export function heatOf(map: AttributionMap | undefined, result: Explanation): Heat | undefined {
  const { picture, geometry } = result;
  const [height, width, ...more] = map?.dims ?? [];
  if (!map || !picture || !height || !width || more.length > 0) return undefined;
  const heat = known.get(map) ?? makeHeat(asGrid(map), geometry, picture);
  known.set(map, heat);
  return heat;
}

function makeHeat(
  cells: Grid,
  geometry: Geometry,
  picture: { width: number; height: number },
): Heat {
  const grid = renderMap(cells, geometry, { width: picture.width, height: picture.height });
  const region = regionOf(cells, geometry);
  return {
    cells,
    grid,
    geometry,
    peak: region && hottestSpot(cells, geometry, grid),
    where: region?.words ?? "",
  };
}

/** Pixels to lie on the picture; `solid` = the map by itself. The slider's opacity is the canvas's own. */
export function paint({ grid }: Heat, colourMap: string, solid: boolean): ImageData {
  const pixels = paintHeat(grid, { colourMap: colourMapOf(colourMap), opacity: 1, solid });
  return new ImageData(pixels, grid.width, grid.height);
}

/** The map's value at a pixel of the original image; `undefined` = the network never saw it. */
export function heatAt({ cells, geometry }: Heat, point: Point): number | undefined {
  return valueAt(cells, geometry, point);
}

/** The values at the ends of the colour scale. */
export function scaleEnds({ grid }: Heat, colourMap: string): readonly [number, number] {
  const map = colourMapOf(colourMap);
  const scale = scaleOf(grid, map);
  return [map.kind === "diverging" ? -scale : 0, scale];
}
