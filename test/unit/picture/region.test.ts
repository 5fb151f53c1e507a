import { describe, expect, test } from "vitest";
import type { Geometry } from "../../../src/explain/picture/geometry";
import { regionOf } from "../../../src/explain/picture/region";

const geometry: Geometry = {
  image: { width: 600, height: 300 },
  input: { width: 224, height: 224 },
  scaleX: 224 / 600,
  scaleY: 224 / 300,
  offsetX: 0,
  offsetY: 0,
};

/** An 8 × 8 map that is hot in one cell. */
function hotAt(row: number, column: number, elsewhere = 0) {
  const data = new Float32Array(64).fill(elsewhere);
  data[8 * row + column] = 1;
  return { width: 8, height: 8, data };
}

describe("where the evidence lies", () => {
  const places: [string, number, number][] = [
    ["upper left", 1, 1],
    ["top", 0, 4],
    ["upper right", 1, 6],
    ["left", 4, 0],
    ["centre", 4, 4],
    ["right", 3, 7],
    ["lower left", 6, 1],
    ["bottom", 7, 3],
    ["lower right", 7, 7],
  ];
  test.each(places)("%s", (name, row, column) => {
    const region = regionOf(hotAt(row, column), geometry)!;
    expect(region.words).toMatch(
      new RegExp(`^${name}, half of it on (less than 1|[1-3]) % of the image$`),
    );
    expect(Math.abs(region.centre.x - ((column + 0.5) * 600) / 8)).toBeLessThan(40);
    expect(Math.abs(region.centre.y - ((row + 0.5) * 300) / 8)).toBeLessThan(20);
  });

  test("weak evidence elsewhere does not draw it to the centre", () => {
    expect(regionOf(hotAt(1, 6, 0.01), geometry)!.words).toMatch(/^upper right, /);
  });

  test("two places are both named, the stronger first, not what lies between them", () => {
    const map = hotAt(4, 0);
    map.data[8 * 3 + 7] = 0.9;
    expect(regionOf(map, geometry)!.words).toMatch(/^left and right, half of it on /);
  });

  test("many places are named by the strongest and as many", () => {
    const map = hotAt(0, 0, 0);
    for (let row = 0; row < 8; row += 2)
      for (let column = 0; column < 8; column += 2) map.data[8 * row + column] = 1;
    map.data[8 * 6 + 6] = 1.2;
    expect(regionOf(map, geometry)!.words).toMatch(/^[a-z ]+ and elsewhere, half of it on /);
  });

  test("a frame is named where it is strongest, not by its empty middle", () => {
    const map = hotAt(7, 3);
    for (let i = 0; i < 8; i++) for (const at of [i, 56 + i, 8 * i, 8 * i + 7]) map.data[at] = 1;
    map.data[8 * 7 + 3] = 1.5;
    expect(regionOf(map, geometry)!.words).toMatch(/^bottom, half of it on /);
  });

  test("evidence against is not looked at", () => {
    expect(regionOf(hotAt(1, 1, -5), geometry)!.words).toMatch(/^upper left, /);
  });

  test("evidence everywhere is named as that", () => {
    expect(
      regionOf({ width: 2, height: 2, data: new Float32Array(4).fill(3) }, geometry),
    ).toMatchObject({
      share: 0.5,
      words: "spread over the image",
    });
  });

  test("no evidence lies nowhere", () => {
    expect(regionOf({ width: 1, height: 1, data: new Float32Array(1) }, geometry)).toBeUndefined();
    expect(regionOf({ width: 1, height: 1, data: Float32Array.of(-1) }, geometry)).toBeUndefined();
  });

  test("a crop moves it to its place in the whole image", () => {
    const crop: Geometry = { ...geometry, scaleX: 1, scaleY: 1, offsetX: -300, offsetY: -38 };
    const region = regionOf({ width: 1, height: 1, data: Float32Array.of(1) }, crop)!;
    expect(region.words).toMatch(/^right, half of it on 14 % of the image$/);
    expect(region.centre.x).toBeCloseTo(412, -1);
  });
});
