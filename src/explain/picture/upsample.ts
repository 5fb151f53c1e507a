import {
  allOver,
  cellCentre,
  seenRectangle,
  type Extent,
  type Geometry,
  type Point,
  type Size,
} from "./geometry";

/** Values in rows and columns, C order; NaN = the network never saw this place. */
export interface Grid extends Size {
  readonly data: Float32Array;
  /** Where a map lies in the network's input; absent = all over it. */
  readonly extent?: Extent;
}

/** For each pixel along one axis: the two map cells it lies between and how far towards the second; −1 = unseen. */
interface Neighbours {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly part: Float32Array;
}

/**
 * A map that covers the network's input, or a part of it, carried back through crop, resize or letterbox to the image: bilinear between cell centres
 * (`align_corners=False`, as OpenCV's and PyTorch's), constant from the outermost centres to the map's edges, NaN where the network saw nothing.
 *
 * @param to size of the result, which always covers the whole image; the original's own by default.
 * @param band the rows that are wanted of it, the end excluded; all by default.
 */
export function renderMap(
  map: Grid,
  geometry: Geometry,
  to: Size = geometry.image,
  band: Run = { first: 0, end: to.height },
): Grid {
  const columns = neighboursAlong("x", map, geometry, to.width);
  const rows = neighboursAlong("y", map, geometry, to.height, band);
  const height = band.end - band.first;
  const data = new Float32Array(to.width * height).fill(NaN);
  for (let y = 0; y < height; y++) {
    if (rows.first[y]! < 0) continue;
    const upper = rows.first[y]! * map.width;
    const lower = rows.second[y]! * map.width;
    const down = rows.part[y]!;
    for (let x = 0, at = y * to.width; x < to.width; x++, at++) {
      const left = columns.first[x]!;
      if (left < 0) continue;
      const right = columns.second[x]!;
      const across = columns.part[x]!;
      const top = mix(map.data[upper + left]!, map.data[upper + right]!, across);
      data[at] = mix(top, mix(map.data[lower + left]!, map.data[lower + right]!, across), down);
    }
  }
  return { width: to.width, height, data };
}

/** Pixels along one axis, from `first` up to `end`. */
interface Run {
  readonly first: number;
  readonly end: number;
}

const mix = (a: number, b: number, part: number): number => a + (b - a) * part;

function neighboursAlong(
  axis: "x" | "y",
  map: Grid,
  geometry: Geometry,
  pixels: number,
  run: Run = { first: 0, end: pixels },
): Neighbours {
  const cells = axis === "x" ? map.width : map.height;
  const length = run.end - run.first;
  const first = new Int32Array(length).fill(-1);
  const second = new Int32Array(length);
  const part = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const cell = cellAt(axis, map, geometry, (run.first + i + 0.5) / pixels);
    if (cell === undefined) continue;
    first[i] = Math.floor(cell);
    second[i] = Math.min(cells - 1, first[i]! + 1);
    part[i] = cell - first[i]!;
  }
  return { first, second, part };
}

/** Where a place in the image (0 to 1) lies among the cell centres of a map, kept within them; `undefined` = unseen. */
function cellAt(axis: "x" | "y", map: Grid, geometry: Geometry, share: number): number | undefined {
  const { place, input, start, end } = along(axis, map, geometry, share);
  const isSeen = place >= Math.max(0, start) && place <= Math.min(input, end);
  return isSeen ? nearestCell(axis, map, geometry, share) : undefined;
}

/** The same of a place that may lie outside. */
function nearestCell(axis: "x" | "y", map: Grid, geometry: Geometry, share: number): number {
  const { place, start, end, cells } = along(axis, map, geometry, share);
  return Math.min(cells - 1, Math.max(0, ((place - start) * cells) / (end - start) - 0.5));
}

/** A place along one axis of the network's input, and where the map starts and ends there. */
function along(axis: "x" | "y", map: Grid, g: Geometry, share: number) {
  const { x0, y0, x1, y1 } = map.extent ?? allOver;
  const [image, input, scale, offset, cells, from, to] =
    axis === "x"
      ? [g.image.width, g.input.width, g.scaleX, g.offsetX, map.width, x0, x1]
      : [g.image.height, g.input.height, g.scaleY, g.offsetY, map.height, y0, y1];
  const place = scale * share * image + offset;
  return { place, input, start: from * input, end: to * input, cells };
}

/** The map's value at a point of the original image; `undefined` where the network saw nothing. */
export function valueAt(map: Grid, geometry: Geometry, { x, y }: Point): number | undefined {
  const column = cellAt("x", map, geometry, x / geometry.image.width);
  const row = cellAt("y", map, geometry, y / geometry.image.height);
  if (column === undefined || row === undefined) return undefined;
  const at = (r: number, c: number) =>
    map.data[Math.min(map.height - 1, r) * map.width + Math.min(map.width - 1, c)]!;
  const [r, c] = [Math.floor(row), Math.floor(column)];
  const upper = mix(at(r, c), at(r, c + 1), column - c);
  return mix(upper, mix(at(r + 1, c), at(r + 1, c + 1), column - c), row - r);
}

/**
 * The pixel of the original image under the largest value; `undefined` when nothing was seen. Where pixels beside each other share it, as in a block of an
 * occlusion map, the one nearest their middle; of several such places the first.
 */
export function hottestPixel(grid: Grid, { image }: Pick<Geometry, "image">): Point | undefined {
  const { width, height, data } = grid;
  let first = -1;
  for (let i = 0; i < data.length; i++)
    if (data[i]! > (first < 0 ? -Infinity : data[first]!)) first = i;
  if (first < 0) return undefined;
  const { x, y } = middleOf(plateau(grid, first), width);
  return {
    x: Math.floor(((x + 0.5) * image.width) / width),
    y: Math.floor(((y + 0.5) * image.height) / height),
  };
}

/** Values nearer to the largest than this share of it differ by rounding alone. */
const rounding = 1e-6;

/** The pixels with the value of one, as far as they are connected to it side by side. */
function plateau({ width, data }: Grid, first: number): readonly number[] {
  const least = data[first]! - rounding * Math.abs(data[first]!);
  const seen = new Uint8Array(data.length);
  const found = [first];
  seen[first] = 1;
  const add = (at: number) => {
    if (seen[at] || !(data[at]! >= least)) return;
    seen[at] = 1;
    found.push(at);
  };
  // It grows while it is gone through.
  for (const at of found) {
    if (at % width > 0) add(at - 1);
    if (at % width < width - 1) add(at + 1);
    if (at >= width) add(at - width);
    if (at + width < data.length) add(at + width);
  }
  return found;
}

/** Of some pixels the one nearest their centroid, the first of equals. */
function middleOf(pixels: readonly number[], width: number): Point {
  const points = pixels
    .toSorted((a, b) => a - b)
    .map((at) => ({ x: at % width, y: Math.floor(at / width) }));
  const mean = (of: (point: Point) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const distance = (point: Point) => (point.x - x) ** 2 + (point.y - y) ** 2;
  return points.reduce((best, point) => (distance(point) < distance(best) ? point : best));
}

/**
 * The middle of the map's cell under the hottest drawn pixel, in pixels of the original image; `undefined` when nothing was seen. Beyond the
 * outermost cell centres a drawn map is constant, so that the pixel itself may be any up to the border. A cell whose middle
 * the image does not have (it lies in the padding) counts where it touches the image.
 *
 * @param drawn the map as {@link renderMap} draws it.
 */
export function hottestSpot(map: Grid, geometry: Geometry, drawn: Grid): Point | undefined {
  const pixel = hottestPixel(drawn, geometry);
  if (!pixel) return undefined;
  const { image } = geometry;
  const column = nearestCell("x", map, geometry, (pixel.x + 0.5) / image.width);
  const row = nearestCell("y", map, geometry, (pixel.y + 0.5) / image.height);
  const { x, y } = cellCentre(geometry, map, Math.round(row), Math.round(column));
  const { x0, y0, x1, y1 } = seenRectangle(geometry);
  return { x: Math.min(x1, Math.max(x0, x)), y: Math.min(y1, Math.max(y0, y)) };
}
