import type { Geometry, Point } from "./geometry";
import { renderMap, type Grid } from "./upsample";

/** Where the evidence lies. */
export interface Region {
  /** Middle of the heaviest part of the stronger half of the positive evidence, in pixels of the original image. */
  readonly centre: Point;
  /** Share of the image's area that this half lies on, the strongest pixels first: 0 to 0.5. */
  readonly share: number;
  /** In words, for tables and as text equivalent of the picture: “upper left and right, half of it on 12 % of the image”. */
  readonly words: string;
}

/** Fine enough for words; a map rarely has more cells. */
const side = 128;
/** From here on, half of the evidence needs so much room that naming a place would mislead. An even map has 0.5. */
const spreadOut = 0.35;

/** A part of the stronger half hangs together; named are those that hold so much of it. */
const worthNaming = 0.25;
/** So much of it in parts that are not named is mentioned. */
const worthMentioning = 0.4;

/** Where a map's positive evidence lies in the image; `undefined` when it has none. */
export function regionOf(map: Grid, geometry: Geometry): Region | undefined {
  const grid = renderMap(map, geometry, { width: side, height: side });
  const values = grid.data.map((value) => (value > 0 ? value : 0));
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total === 0) return undefined;
  const { least, share } = strongerHalf(values, total);
  const parts = partsOf(values.map((value) => (value >= least ? value : 0)));
  const { x, y } = parts[0]!.place;
  return {
    centre: { x: x * geometry.image.width, y: y * geometry.image.height },
    share,
    words:
      share >= spreadOut
        ? "spread over the image"
        : `${placesOf(parts)}, half of it on ${percent(share)} of the image`,
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

/** Pixels beside each other. */
interface Part {
  readonly mass: number;
  /** Its centre of mass or, where that lies beside it, its strongest pixel; 0 to 1. */
  readonly place: Point;
}

/** The parts that positive values fall into, the heaviest first. */
function partsOf(values: Float32Array): Part[] {
  const left = values.slice();
  const parts: Part[] = [];
  for (let i = 0; i < left.length; i++) if (left[i]! > 0) parts.push(partAt(values, take(left, i)));
  return parts.sort((a, b) => b.mass - a.mass);
}

/** The positive pixels that hang together with one, each taken once. */
function take(left: Float32Array, first: number): number[] {
  const pixels = [first];
  left[first] = 0;
  for (const pixel of pixels) {
    const column = pixel % side;
    const beside = [
      ...(column > 0 ? [pixel - 1] : []),
      ...(column < side - 1 ? [pixel + 1] : []),
      pixel - side,
      pixel + side,
    ];
    for (const next of beside) {
      if (!(left[next]! > 0)) continue;
      left[next] = 0;
      pixels.push(next);
    }
  }
  return pixels;
}

function partAt(values: Float32Array, pixels: readonly number[]): Part {
  let [x, y, mass, strongest] = [0, 0, 0, pixels[0]!];
  for (const pixel of pixels) {
    const value = values[pixel]!;
    x += value * ((pixel % side) + 0.5);
    y += value * (Math.floor(pixel / side) + 0.5);
    mass += value;
    if (value > values[strongest]!) strongest = pixel;
  }
  const centre = Math.floor(y / mass) * side + Math.floor(x / mass);
  const inside = pixels.includes(centre);
  const place = inside
    ? { x: x / mass / side, y: y / mass / side }
    : { x: ((strongest % side) + 0.5) / side, y: (Math.floor(strongest / side) + 0.5) / side };
  return { mass, place };
}

/** “left”, “left and upper right”, “left and elsewhere”. */
function placesOf(parts: readonly Part[]): string {
  const total = parts.reduce((sum, { mass }) => sum + mass, 0);
  const large = parts.filter(({ mass }, i) => i === 0 || mass >= worthNaming * total);
  const rest = total - large.reduce((sum, { mass }) => sum + mass, 0);
  const places = [...new Set(large.map(({ place }) => nameOf(place)))];
  if (rest > worthMentioning * total) places.push("elsewhere");
  const last = places.pop()!;
  return places.length === 0 ? last : `${places.join(", ")} and ${last}`;
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
