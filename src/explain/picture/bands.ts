import type { Geometry, Size } from "./geometry";
import { drawOverlay, scaleOf, type Look } from "./overlay";
import { resample, type Picture } from "./resample";
import { renderMap, type Grid } from "./upsample";

/** A picture that may have been reduced from the one that coordinates refer to. */
type Reduced = Picture & { readonly original: Size };

/** Pixels that are drawn at once. */
const bandPixels = 2 ** 20;
/** Fine enough to find the largest value of a map that is drawn. */
const longestProbe = 2048;

/**
 * The overlay at the original image's own size, in bands from the top: a picture of any size needs the memory of one band. A picture
 * that was reduced while it was read is enlarged again.
 */
export function* overlayBands(
  picture: Reduced,
  map: Grid,
  geometry: Geometry,
  look: Look,
): Iterable<Picture> {
  const whole = picture.original;
  const scale = look.scale ?? scaleOf(renderMap(map, geometry, probe(whole)), look.colourMap);
  const rows = Math.max(1, Math.floor(bandPixels / whole.width));
  for (let first = 0; first < whole.height; first += rows) {
    const band = { first, end: Math.min(whole.height, first + rows) };
    const heat = renderMap(map, geometry, whole, band);
    yield drawOverlay(rowsOf(picture, band), heat, { ...look, scale }, { top: first, whole });
  }
}

function probe({ width, height }: Size): Size {
  const scale = Math.min(1, longestProbe / Math.max(width, height));
  return { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
}

function rowsOf(picture: Reduced, { first, end }: { first: number; end: number }): Picture {
  const { width, height } = picture.original;
  if (picture.width !== width || picture.height !== height) {
    const window = { x0: 0, y0: first, x1: width, y1: end };
    return resample(picture, { width, height }, { kernel: "bilinear", antialias: false }, window);
  }
  const rgb = picture.rgb.subarray(3 * width * first, 3 * width * end);
  return { width, height: end - first, rgb };
}
