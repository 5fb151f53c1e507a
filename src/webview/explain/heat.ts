import type { AttributionMap, Explanation } from "../../explain/api";
import { drawnMap } from "../../explain/service/grid";
import { colourMapOf } from "../../explain/picture/colourMap";
import type { Geometry, Point, Size } from "../../explain/picture/geometry";
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
  /** Whether it has values below 0, after the final step. */
  readonly isSigned: boolean;
  /** Taken from every value before it is drawn: the least one, where the map's level is free. */
  readonly floor: number;
  /** The value that gets the strongest colour, and all beyond it; absent = the largest. */
  readonly scale: number | undefined;
}

/** Which side of a signed map is drawn as evidence. */
export type Side = "for" | "against";

const known: Readonly<Record<Side, WeakMap<AttributionMap, Heat>>> = {
  for: new WeakMap(),
  against: new WeakMap(),
};

/** The side of a map that is drawn when `side` is asked for: one without a negative value, or whose level says nothing, has nothing against. */
export function sideOf(
  { range, level }: Pick<AttributionMap, "range" | "level">,
  side: Side,
): Side {
  return range.min < 0 && level !== "free" ? side : "for";
}

/** Worked out once per map: a picture has a million pixels. */
export function heatOf(
  map: AttributionMap | undefined,
  result: Pick<Explanation, "picture" | "geometry">,
  asked: Side = "for",
): Heat | undefined {
  const { picture, geometry } = result;
  if (!map || !picture || map.dims.includes(0)) return undefined;
  const side = sideOf(map, asked);
  const heat = known[side].get(map) ?? makeHeat(turned(map, side), geometry, picture);
  known[side].set(map, heat);
  return heat;
}

/** The map as it is drawn for one side. */
export function turned(map: AttributionMap, side: Side): AttributionMap {
  return side === "for" ? map : { ...map, data: map.data.map((value) => -value) };
}

function makeHeat(map: AttributionMap, geometry: Geometry, picture: Size): Heat {
  const { cells, floor, scale } = drawnMap(map);
  const grid = renderMap(cells, geometry, { width: picture.width, height: picture.height });
  const region = regionOf(cells, geometry);
  return {
    cells,
    grid,
    geometry,
    peak: region && hottestSpot(cells, geometry, grid),
    where: region?.words ?? "",
    isSigned: cells.data.some((value) => value < 0),
    floor,
    scale,
  };
}

/** Pixels to lie on the picture; `solid` = the map by itself. The slider's opacity is the canvas's own. */
export function paint(
  { grid, scale: own }: Heat,
  colourMap: string,
  solid: boolean,
  scale = own,
): ImageData {
  const look = { colourMap: colourMapOf(colourMap), opacity: 1, solid };
  const pixels = paintHeat(grid, scale === undefined ? look : { ...look, scale });
  return new ImageData(pixels, grid.width, grid.height);
}

/** The map's value at a pixel of the original image; `undefined` = the network never saw it. */
export function heatAt({ cells, geometry, floor }: Heat, point: Point): number | undefined {
  const value = valueAt(cells, geometry, point);
  return value === undefined ? undefined : value + floor;
}

/** The values at the ends of the colour scale. */
export function scaleEnds(
  { grid, floor, scale: own }: Heat,
  colourMap: string,
  shared?: number,
): readonly [number, number] {
  const map = colourMapOf(colourMap);
  const scale = shared ?? own ?? scaleOf(grid, map);
  return [map.kind === "diverging" ? floor - scale : floor, floor + scale];
}
