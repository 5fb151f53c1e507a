import { describe, expect, test } from "vitest";
import { cellCentre, seenRectangle, type Geometry } from "../../../src/explain/picture/geometry";
import { see, type Preprocessing } from "../../../src/explain/picture/preprocess";
import {
  hottestPixel,
  hottestSpot,
  renderMap,
  valueAt,
  type Grid,
} from "../../../src/explain/picture/upsample";
import { close } from "../../helper/gradient";
import { plain, readGolden } from "../../helper/preprocessGolden";

interface Row {
  readonly width: number;
  readonly height: number;
  readonly map: number[];
  readonly toWidth: number;
  readonly toHeight: number;
  readonly values: number[];
}

const { upsampled } = readGolden<{ upsampled: Row[] }>("drawn.json");

/** The geometry of an image that is squashed to the network's input. */
function squashed(width: number, height: number, input = { width: 224, height: 224 }): Geometry {
  const [scaleX, scaleY] = [input.width / width, input.height / height];
  return { image: { width, height }, input, scaleX, scaleY, offsetX: 0, offsetY: 0 };
}

function geometryOf(width: number, height: number, change: Partial<Preprocessing>): Geometry {
  const image = { width, height, rgb: new Uint8Array(width * height * 3) };
  return see({ ...image, original: image }, { ...plain, ...change }).geometry;
}

const grid = (width: number, height: number, values: ArrayLike<number>): Grid => ({
  width,
  height,
  data: Float32Array.from(values),
});

describe("a map on the image", () => {
  test.each(upsampled)(
    "$width × $height → $toWidth × $toHeight is PyTorch's and OpenCV's bilinear",
    (row) => {
      const { data } = renderMap(
        grid(row.width, row.height, row.map),
        squashed(row.toWidth, row.toHeight),
      );
      close(
        data.filter((_, i) => i % 97 === 0),
        row.values,
        2e-6,
        "values",
      );
    },
  );

  test("rendered smaller than the image shows the same places", () => {
    const map = grid(2, 1, [0, 1]);
    const half = renderMap(map, squashed(100, 60), { width: 50, height: 30 });
    expect(half.data[12]).toBeCloseTo(valueAt(map, squashed(100, 60), { x: 25, y: 1 })!, 6);
  });

  test("is read at a point as it is rendered", () => {
    const geometry = geometryOf(57, 91, { resize: "crop", resizeTo: 40 });
    const map = grid(
      5,
      4,
      Array.from({ length: 20 }, (_, i) => Math.sin(i)),
    );
    const { data } = renderMap(map, geometry);
    for (let i = 0; i < data.length; i += 13) {
      const point = { x: (i % 57) + 0.5, y: Math.floor(i / 57) + 0.5 };
      const value = valueAt(map, geometry, point);
      if (value === undefined) expect(data[i]).toBeNaN();
      else expect(data[i]).toBeCloseTo(value, 5);
    }
  });

  test("marks exactly what a crop cut off as unseen", () => {
    const geometry = geometryOf(101, 57, { resize: "crop", resizeTo: 33 });
    const seen = seenRectangle(geometry);
    const { data } = renderMap(grid(1, 1, [7]), geometry);
    data.forEach((value, i) => {
      const [x, y] = [(i % 101) + 0.5, Math.floor(i / 101) + 0.5];
      const inside = x >= seen.x0 && x <= seen.x1 && y >= seen.y0 && y <= seen.y1;
      expect(value).toBe(inside ? 7 : NaN);
    });
    expect(data.filter(Number.isNaN).length).toBeGreaterThan(1000);
  });

  test("covers the whole image after a letterbox or squash", () => {
    for (const resize of ["letterbox", "squash"] as const) {
      const { data } = renderMap(grid(1, 1, [7]), geometryOf(101, 57, { resize }));
      expect(new Set(data)).toEqual(new Set([7]));
    }
  });
});

describe("the hottest pixel", () => {
  const ways: Partial<Preprocessing>[] = [
    { resize: "squash" },
    { resize: "crop", resizeTo: 37 },
    { resize: "letterbox" },
  ];

  test.each(ways)("lies in the hottest cell ($resize)", (change) => {
    for (const [width, height] of [
      [101, 57],
      [33, 90],
      [7, 300],
      [640, 480],
    ] as const) {
      const geometry = geometryOf(width, height, change);
      const map = grid(
        8,
        8,
        Array.from({ length: 64 }, (_, i) => (i === 27 ? 5 : 0)),
      );
      const centre = cellCentre(geometry, map, 3, 3);
      const hottest = hottestPixel(renderMap(map, geometry), geometry)!;
      const cellWidth = geometry.input.width / 8 / geometry.scaleX;
      const cellHeight = geometry.input.height / 8 / geometry.scaleY;
      expect(Math.abs(hottest.x + 0.5 - centre.x)).toBeLessThanOrEqual(cellWidth / 2 + 1);
      expect(Math.abs(hottest.y + 0.5 - centre.y)).toBeLessThanOrEqual(cellHeight / 2 + 1);
    }
  });

  test("is the first of equals, and found among negative values and unseen ones", () => {
    const geometry = squashed(3, 2);
    expect(hottestPixel(grid(3, 2, [NaN, -5, -2, -2, NaN, -9]), geometry)).toEqual({ x: 2, y: 0 });
    expect(hottestPixel(grid(2, 1, [NaN, NaN]), geometry)).toBeUndefined();
  });

  test.each([
    ["a block", 5, 4, [0, 0, 0, 0, 0, 0, 7, 7, 7, 0, 0, 7, 7, 7, 0, 0, 7, 7, 7, 0], { x: 2, y: 2 }],
    ["a row", 5, 1, [3, 3, 3, 3, 3], { x: 2, y: 0 }],
    ["two pixels: the first", 3, 1, [0, 4, 4], { x: 1, y: 0 }],
    ["a block below 0", 3, 3, [-9, -9, -9, -2, -2, -2, -9, -9, -9], { x: 1, y: 1 }],
    ["equal but for rounding", 3, 1, [1, 1 + 2 ** -22, 1], { x: 1, y: 0 }],
    // The centroid (1, 1⅓) of the arms is not among them.
    ["a bow: its pixel nearest the centroid", 3, 3, [5, 5, 5, 5, 0, 5, 5, 0, 5], { x: 1, y: 0 }],
    ["the first of two apart, even if it is smaller", 6, 1, [0, 8, 0, 8, 8, 8], { x: 1, y: 0 }],
    ["not round the edge of a row", 3, 2, [0, 0, 6, 6, 0, 0], { x: 2, y: 0 }],
    ["unseen pixels end it", 5, 1, [NaN, 2, 2, 2, NaN], { x: 2, y: 0 }],
  ] as const)(
    "of equal pixels side by side is their middle: %s",
    (_what, width, height, data, at) =>
      expect(hottestPixel(grid(width, height, [...data]), squashed(width, height))).toEqual(at),
  );

  test("of a reduced rendering is given in pixels of the original", () => {
    const rendered = grid(4, 2, [0, 0, 0, 0, 0, 0, 9, 0]);
    expect(hottestPixel(rendered, squashed(4000, 2000))).toEqual({ x: 2500, y: 1500 });
  });
});

describe("the hottest spot", () => {
  test.each<Partial<Preprocessing>>([
    { resize: "squash" },
    { resize: "crop", resizeTo: 37 },
    { resize: "letterbox" },
  ])("is the middle of the hottest cell, at the border too ($resize)", (change) => {
    const geometry = geometryOf(101, 101, change);
    for (const [row, column] of [
      [0, 0],
      [3, 0],
      [7, 7],
      [4, 5],
    ] as const) {
      const cells = new Array<number>(64).fill(0);
      cells[8 * row + column] = 1;
      const map = grid(8, 8, cells);
      const spot = hottestSpot(map, geometry, renderMap(map, geometry))!;
      const centre = cellCentre(geometry, map, row, column);
      expect(spot.x).toBeCloseTo(centre.x, 6);
      expect(spot.y).toBeCloseTo(centre.y, 6);
    }
  });

  test("is the middle of a block of equal cells, in the image and at its corner", () => {
    const block = (first: number, end: number) =>
      grid(
        28,
        28,
        Array.from({ length: 784 }, (_, i) => {
          const inside = (at: number) => at >= first && at < end;
          return inside(i % 28) && inside(Math.floor(i / 28)) ? 1 : 0;
        }),
      );
    const geometry = squashed(280, 280);
    for (const [first, end, middle] of [
      [9, 14, 115],
      [0, 5, 25],
      [21, 28, 245],
    ] as const) {
      const map = block(first, end);
      const spot = hottestSpot(map, geometry, renderMap(map, geometry))!;
      expect(Math.abs(spot.x - middle)).toBeLessThanOrEqual(10);
      expect(Math.abs(spot.y - middle)).toBeLessThanOrEqual(10);
    }
  });

  test("never lies in the padding", () => {
    const geometry = geometryOf(300, 40, { resize: "letterbox" });
    const map = grid(2, 2, [0, 0, 1, 0]);
    const { y } = hottestSpot(map, geometry, renderMap(map, geometry))!;
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(40);
  });

  test("is nowhere where nothing was seen", () => {
    const unseen = grid(1, 1, [NaN]);
    expect(hottestSpot(unseen, squashed(3, 3), unseen)).toBeUndefined();
  });
});

describe("a map that covers a part of the network's input", () => {
  const geometry = squashed(12, 12, { width: 24, height: 24 });
  const quarter = { ...grid(2, 2, [1, 2, 3, 4]), extent: { x0: 0.5, y0: 0, x1: 1, y1: 0.5 } };

  test("is drawn there and nowhere else", () => {
    const { data } = renderMap(quarter, geometry);
    const seen = Array.from(data, (value) => !Number.isNaN(value));
    expect(seen).toEqual(seen.map((_, i) => i % 12 >= 6 && i < 72));
    const alone = renderMap(grid(2, 2, [1, 2, 3, 4]), squashed(6, 6));
    expect(Array.from(data).filter((_, i) => seen[i])).toEqual(Array.from(alone.data));
  });

  test("has its values and its hottest cell there", () => {
    expect(valueAt(quarter, geometry, { x: 11, y: 5 })).toBe(4);
    expect(valueAt(quarter, geometry, { x: 5.9, y: 5 })).toBeUndefined();
    expect(valueAt(quarter, geometry, { x: 11, y: 6.1 })).toBeUndefined();
    for (const size of [12, 5, 7, 1000]) {
      const drawn = renderMap(quarter, geometry, { width: size, height: size });
      expect(hottestSpot(quarter, geometry, drawn)).toEqual({ x: 10.5, y: 4.5 });
    }
  });

  test("that reaches beyond the image is drawn as far as the image goes", () => {
    const wide = { ...grid(4, 1, [1, 2, 3, 4]), extent: { x0: -1, y0: 0, x1: 1, y1: 1 } };
    expect(valueAt(wide, geometry, { x: 3, y: 6 })).toBe(3);
    expect(valueAt(wide, geometry, { x: 9, y: 6 })).toBe(4);
    expect(Array.from(renderMap(wide, geometry).data).some(Number.isNaN)).toBe(false);
  });
});
