import type { ColourMap } from "./colourMap";
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
 * The map as RGBA pixels to lie on the image. Opacity grows in proportion to the evidence, so that no evidence leaves the image as it
 * is; nothing is stretched or brightened. Unseen pixels are transparent.
 */
export function paintHeat(grid: Grid, look: Look): Uint8ClampedArray<ArrayBuffer> {
  const { colourMap, opacity, scale = scaleOf(grid, colourMap), solid = false } = look;
  const { kind, alpha, table } = colourMap;
  const pixels = new Uint8ClampedArray(grid.data.length * 4);
  for (let i = 0; i < grid.data.length; i++) {
    const value = grid.data[i]!;
    if (Number.isNaN(value)) continue;
    const share = scale > 0 ? Math.min(1, Math.max(-1, value / scale)) : 0;
    const level = kind === "diverging" ? (share + 1) / 2 : Math.max(0, share);
    const from = 3 * Math.round(level * 255);
    const strength =
      solid || alpha === "constant" ? 1 : kind === "diverging" ? Math.abs(share) : level;
    pixels[4 * i] = table[from]!;
    pixels[4 * i + 1] = table[from + 1]!;
    pixels[4 * i + 2] = table[from + 2]!;
    pixels[4 * i + 3] = 255 * strength * (solid ? 1 : opacity);
  }
  return pixels;
}

/** The image with its map laid over it, both of the same size; what the network never saw is dimmed and hatched. */
export function drawOverlay(picture: Picture, grid: Grid, look: Look): Picture {
  const { width, height } = picture;
  const heat = paintHeat(grid, look);
  const rgb = new Uint8Array(picture.rgb);
  const step = Math.max(4, Math.round(Math.max(width, height) / 60));
  for (let i = 0; i < width * height; i++) {
    const unseen = Number.isNaN(grid.data[i]!);
    const stripe = unseen && ((i % width) + Math.floor(i / width)) % step < step / 6;
    const alpha = unseen ? hatch.opacity : heat[4 * i + 3]! / 255;
    for (let c = 0; c < 3; c++) {
      const colour = unseen ? (stripe ? hatch.stripe : hatch.ground) : heat[4 * i + c]!;
      const under = rgb[3 * i + c]!;
      rgb[3 * i + c] = Math.round(under + (colour - under) * alpha);
    }
  }
  return { width, height, rgb };
}

/** How the part that the network never saw is marked: grey levels and their opacity. */
const hatch = { ground: 0, stripe: 190, opacity: 0.6 };
