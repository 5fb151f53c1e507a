import type { ColourMap } from "./colourMap";
import type { Size } from "./geometry";
import type { Grid } from "./upsample";
import type { Picture } from "./resample";

export interface Look {
  readonly colourMap: ColourMap;
  /** 0 to 1: how much the strongest evidence covers the image. */
  readonly opacity: number;
  /** The value that gets the strongest colour; the map's own by default, one for all maps that are to be compared. */
  readonly scale?: number;
  /** `true` = no transparency, for showing the map by itself. */
  readonly solid?: boolean;
}

/** The value that gets the strongest colour: the largest, or for a diverging map the largest magnitude. 0 = nothing to show. */
export function scaleOf({ data }: Pick<Grid, "data">, { kind }: Pick<ColourMap, "kind">): number {
  let scale = 0;
  for (const value of data) {
    const size = kind === "diverging" ? Math.abs(value) : value;
    if (size > scale) scale = size;
  }
  return scale;
}

/**
 * The map as RGBA pixels to lie on the image. Opacity grows with the evidence, as its square root so that weak evidence is seen, and
 * no evidence leaves the image as it is; nothing is stretched or brightened. Unseen pixels are transparent.
 */
export function paintHeat(grid: Grid, look: Look): Uint8ClampedArray<ArrayBuffer> {
  const paint = paintFor(grid, look);
  const pixels = new Uint8ClampedArray(grid.data.length * 4);
  for (let i = 0; i < grid.data.length; i++) {
    const value = grid.data[i]!;
    if (Number.isNaN(value)) continue;
    const from = 4 * paint.level(value);
    for (let c = 0; c < 4; c++) pixels[4 * i + c] = paint.colours[from + c]!;
  }
  return pixels;
}

/**
 * The image with its map laid over it, both of the same size; what the network never saw is dimmed and hatched.
 *
 * @param place where the picture lies when it is a band of rows of a whole one, so that the hatching goes on across bands.
 */
export function drawOverlay(
  picture: Picture,
  grid: Grid,
  look: Look,
  place: { readonly top: number; readonly whole: Size } = { top: 0, whole: picture },
): Picture {
  const { width, height } = picture;
  const { top, whole } = place;
  const paint = paintFor(grid, look);
  const rgb = new Uint8Array(picture.rgb);
  const step = Math.max(6, Math.round(Math.max(whole.width, whole.height) / 40));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = grid.data[i]!;
      if (Number.isNaN(value)) {
        const grey = (x + top + y) % step < step / 10 ? hatch.stripe : hatch.ground;
        for (let c = 0; c < 3; c++) rgb[3 * i + c] = blend(rgb[3 * i + c]!, grey, hatch.alpha);
      } else {
        const from = 4 * paint.level(value);
        const alpha = paint.colours[from + 3]!;
        for (let c = 0; c < 3; c++)
          rgb[3 * i + c] = blend(rgb[3 * i + c]!, paint.colours[from + c]!, alpha);
      }
    }
  }
  return { width, height, rgb };
}

/** How the part that the network never saw is marked: two grey levels and their opacity, 0 to 255. */
const hatch = { ground: 0, stripe: 170, alpha: 140 };

const blend = (under: number, over: number, alpha: number): number =>
  Math.round(under + ((over - under) * alpha) / 255);

interface Paint {
  /** RGBA of each of the 256 levels. */
  readonly colours: Uint8ClampedArray;
  readonly level: (value: number) => number;
}

/** Level 0 is no evidence, 255 the strongest; for a diverging map 1 is the strongest against, 128 none, 255 the strongest for. */
function paintFor(grid: Grid, look: Look): Paint {
  const { colourMap, opacity, scale = scaleOf(grid, colourMap), solid = false } = look;
  const { kind, alpha, table } = colourMap;
  const diverging = kind === "diverging";
  const [zero, reach, least] = diverging ? [128, 127, -1] : [0, 255, 0];
  const factor = scale > 0 ? 1 / scale : 0;
  const colours = new Uint8ClampedArray(256 * 4);
  for (let level = 0; level < 256; level++) {
    const strength = alpha === "constant" ? 1 : Math.sqrt(Math.abs(level - zero) / reach);
    colours.set(table.subarray(3 * level, 3 * level + 3), 4 * level);
    colours[4 * level + 3] = solid ? 255 : 255 * opacity * strength;
  }
  const level = (value: number) =>
    zero + Math.round(reach * Math.min(1, Math.max(least, value * factor)));
  return { colours, level };
}
