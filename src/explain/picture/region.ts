import type { Geometry, Point } from "./geometry";
import { renderMap, type Grid } from "./upsample";

/** Where the evidence lies. */
export interface Region {
  /** Centre of mass of the stronger half of the positive evidence, in pixels of the original image. */
  readonly centre: Point;
  /** Share of the image's area that this half lies on, the strongest pixels first: 0 to 0.5. */
  readonly share: number;
  /** In words, for tables and as text equivalent of the picture: “upper left, half of it on 12 % of the image”. */
  readonly words: string;
}

/** Fine enough for words; a map rarely has more cells. */
const side = 128;
/** From here on, half of the evidence needs so much room that naming a place would mislead. An even map has 0.5. */
const spreadOut = 0.35;

/** Where a map's positive evidence lies in the image; `undefined` when it has none. */
export function regionOf(map: Grid, geometry: Geometry): Region | undefined {
  const grid = renderMap(map, geometry, { width: side, height: side });
  const values = grid.data.map((value) => (value > 0 ? value : 0));
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total === 0) return undefined;
  const { least, share } = strongerHalf(values, total);
  const place = centreOfMass(values.map((value) => (value >= least ? value : 0)));
  return {
    centre: { x: place.x * geometry.image.width, y: place.y * geometry.image.height },
    share,
    words:
      share >= spreadOut
        ? "spread over the image"
        : `${nameOf(place)}, half of it on ${percent(share)} of the image`,
  };
}

/** The strongest pixels that hold half of the total between them: the least of their values, and their share of all pixels. */
function strongerHalf(values: Float32Array, total: number): { least: number; share: number } {
  const sorted = values.slice().sort();
  let sum = 0;
  let count = 0;
  while (sum < total / 2) sum += sorted[sorted.length - ++count]!;
  return { least: sorted[sorted.length - count]!, share: count / sorted.length };
}

function centreOfMass(values: Float32Array): Point {
  let [x, y, mass] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    x += values[i]! * ((i % side) + 0.5);
    y += values[i]! * (Math.floor(i / side) + 0.5);
    mass += values[i]!;
  }
  return { x: x / mass / side, y: y / mass / side };
}

const names = [
  ["upper left", "top", "upper right"],
  ["left", "centre", "right"],
  ["lower left", "bottom", "lower right"],
];

function nameOf({ x, y }: Point): string {
  // The centre is a fifth of each side: much lies near the middle, and “centre” should still tell something.
  const part = (share: number) => (share < 0.4 ? 0 : share > 0.6 ? 2 : 1);
  return names[part(y)]![part(x)]!;
}

const percent = (share: number): string =>
  share < 0.01 ? "less than 1 %" : `${Math.round(share * 100)} %`;
