import type { Size } from "../picture/geometry";

/** How the eight EXIF orientations are stored: where the upright pixel (x, y) lies in the stored rows. */
const orientations: readonly { transpose: boolean; flipColumn: boolean; flipRow: boolean }[] = [
  { transpose: false, flipColumn: false, flipRow: false }, // 1: upright
  { transpose: false, flipColumn: true, flipRow: false }, // 2: mirrored
  { transpose: false, flipColumn: true, flipRow: true }, // 3: turned by 180°
  { transpose: false, flipColumn: false, flipRow: true }, // 4: upside down
  { transpose: true, flipColumn: false, flipRow: false }, // 5: transposed
  { transpose: true, flipColumn: false, flipRow: true }, // 6: to be turned clockwise
  { transpose: true, flipColumn: true, flipRow: true }, // 7: transversed
  { transpose: true, flipColumn: true, flipRow: false }, // 8: to be turned anticlockwise
];

/** The size of an image once it is upright. `orientation` is the EXIF value, 1 to 8. */
export function uprightSize({ width, height }: Size, orientation: number): Size {
  return orientations[orientation - 1]?.transpose
    ? { width: height, height: width }
    : { width, height };
}

/** Turns stored RGB pixels upright (CIPA DC-008 “Orientation”). An orientation outside 1 to 8 counts as upright. */
export function orient(
  stored: Size & { rgb: Uint8Array },
  orientation: number,
): Size & { rgb: Uint8Array } {
  const how = orientations[orientation - 1];
  if (!how || orientation === 1) return stored;
  const { width, height } = uprightSize(stored, orientation);
  const column = how.flipColumn ? -1 : 1;
  const row = how.flipRow ? -stored.width : stored.width;
  const origin =
    (how.flipColumn ? stored.width - 1 : 0) +
    (how.flipRow ? (stored.height - 1) * stored.width : 0);
  const [stepX, stepY] = how.transpose ? [row, column] : [column, row];
  const rgb = new Uint8Array(stored.rgb.length);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0, from = 3 * (origin + y * stepY); x < width; x++, from += 3 * stepX) {
      rgb[to++] = stored.rgb[from]!;
      rgb[to++] = stored.rgb[from + 1]!;
      rgb[to++] = stored.rgb[from + 2]!;
    }
  }
  return { width, height, rgb };
}
