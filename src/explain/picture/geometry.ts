/**
 * The way between an image and the network's input, in both directions. Coordinates are continuous pixel coordinates: pixel
 * i covers [i, i+1), its centre is i + 0.5; x to the right, y down. "Image" is the upright image (EXIF orientation applied).
 */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle from (x0, y0) to (x1, y1), the far edges excluded. */
export interface Rectangle {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Where a map lies in the network's input, in shares of its width and height; less than 0 and more than 1 lie outside. */
export type Extent = Rectangle;

export const allOver: Extent = { x0: 0, y0: 0, x1: 1, y1: 1 };

/** input = scale · image + offset, per axis: every resize, crop and letterbox is of this form. */
export interface Geometry {
  readonly image: Size;
  readonly input: Size;
  readonly scaleX: number;
  readonly scaleY: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

/** The geometry of what has no image but the network's input itself. */
export function ofInput(size: Size): Geometry {
  return { image: size, input: size, scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 };
}

export function inputToImage(g: Geometry, { x, y }: Point): Point {
  return { x: (x - g.offsetX) / g.scaleX, y: (y - g.offsetY) / g.scaleY };
}

/** The part of the image that the network saw; the rest is unseen (a centre crop cuts it off). */
export function seenRectangle(g: Geometry): Rectangle {
  const a = inputToImage(g, { x: 0, y: 0 });
  const b = inputToImage(g, { x: g.input.width, y: g.input.height });
  return {
    x0: Math.max(0, a.x),
    y0: Math.max(0, a.y),
    x1: Math.min(g.image.width, b.x),
    y1: Math.min(g.image.height, b.y),
  };
}

/** The image point at the centre of cell (row, column) of a map that covers the network's input, or the given part of it. */
export function cellCentre(
  g: Geometry,
  { width, height, extent = allOver }: Size & { readonly extent?: Extent },
  row: number,
  column: number,
): Point {
  const { x0, y0, x1, y1 } = extent;
  return inputToImage(g, {
    x: (x0 + ((column + 0.5) * (x1 - x0)) / width) * g.input.width,
    y: (y0 + ((row + 0.5) * (y1 - y0)) / height) * g.input.height,
  });
}
