import type { AttributionMap, Explanation } from "../../explain/api";
import type { Point, Size } from "../../explain/picture/geometry";
export const colourMaps = [{ id: "turbo", title: "Turbo" }];
export interface Heat extends Size {
  readonly peak: Point | undefined;
  readonly where: string;
}
export function heatOf(map: AttributionMap | undefined, result: Explanation): Heat | undefined {
  if (!map || !result.picture) return undefined;
  return { ...result.picture, peak: undefined, where: "" };
}
export function paint(heat: Heat, _c: string): ImageData {
  return new ImageData(heat.width, heat.height);
}
export function valueAt(_h: Heat, _p: Point): number | undefined {
  return undefined;
}
