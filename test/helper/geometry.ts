import type { Geometry, Point } from "../../src/explain/picture/geometry";

/** The place in the network's input where a place in the image lies. */
export function imageToInput(g: Geometry, { x, y }: Point): Point {
  return { x: g.scaleX * x + g.offsetX, y: g.scaleY * y + g.offsetY };
}
