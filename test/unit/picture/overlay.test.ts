import { describe, expect, test } from "vitest";
import { colourMapOf, colourMaps } from "../../../src/explain/picture/colourMap";
import { drawOverlay, paintHeat, scaleOf } from "../../../src/explain/picture/overlay";
import type { Grid } from "../../../src/explain/picture/upsample";

const line = (...values: number[]): Grid => ({
  width: values.length,
  height: 1,
  data: Float32Array.from(values),
});
const pixel = (rgba: ArrayLike<number>, i: number) =>
  Array.from({ length: 4 }, (_, c) => rgba[4 * i + c]);
const colour = (id: string, level: number) => [
  ...colourMapOf(id).table.subarray(3 * level, 3 * level + 3),
];

/** CIE lightness of an sRGB colour, 0 to 100. */
function lightness([r, g, b]: number[]): number {
  const linear = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const y = 0.2126 * linear(r! / 255) + 0.7152 * linear(g! / 255) + 0.0722 * linear(b! / 255);
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

describe("colour maps", () => {
  test.each(colourMaps)("$id has 256 colours", ({ table }) => {
    expect(table.length).toBe(768);
  });

  test.each(["inferno", "plasma", "viridis", "cividis"])("%s grows steadily lighter", (id) => {
    const values = Array.from({ length: 256 }, (_, level) => lightness(colour(id, level)));
    for (let i = 8; i < 256; i++) expect(values[i]! - values[i - 8]!).toBeGreaterThan(0);
  });

  test("the default is perceptually uniform, and an unknown one is refused by name", () => {
    expect(colourMaps[0]!.id).toBe("inferno");
    expect(() => colourMapOf("rainbow")).toThrow("no colour map “rainbow”; there are inferno, ");
  });
});

describe("heat", () => {
  const inferno = { colourMap: colourMapOf("inferno"), opacity: 0.5 };

  test("grows more opaque with the square root of the evidence", () => {
    const rgba = paintHeat(line(0, 1, 2), inferno);
    expect(pixel(rgba, 0)[3]).toBe(0);
    expect(pixel(rgba, 1)).toEqual([...colour("inferno", 128), 90]);
    expect(pixel(rgba, 2)).toEqual([...colour("inferno", 255), 128]);
  });

  test("of a diverging map is centred on 0", () => {
    const look = { colourMap: colourMapOf("coolwarm"), opacity: 1 };
    const rgba = paintHeat(line(-2, 0, 2, 1), look);
    expect(pixel(rgba, 0)).toEqual([...colour("coolwarm", 1), 255]);
    expect(pixel(rgba, 1)[3]).toBe(0);
    expect(pixel(rgba, 2)).toEqual([...colour("coolwarm", 255), 255]);
    expect(pixel(rgba, 3)[3]).toBe(Math.round(255 * Math.sqrt(64 / 127)));
  });

  test("in the papers' look covers everything evenly", () => {
    const rgba = paintHeat(line(0, 1), { colourMap: colourMapOf("jet"), opacity: 0.5 });
    expect([pixel(rgba, 0)[3], pixel(rgba, 1)[3]]).toEqual([128, 128]);
  });

  test("by itself is solid", () => {
    expect(pixel(paintHeat(line(0, 1), { ...inferno, solid: true }), 0)).toEqual([0, 0, 3, 255]);
  });

  test("keeps to a shared scale, and beyond it to the strongest colour", () => {
    const rgba = paintHeat(line(1, 9), { ...inferno, scale: 4 });
    expect(pixel(rgba, 0)).toEqual([...colour("inferno", 64), 64]);
    expect(pixel(rgba, 1)).toEqual([...colour("inferno", 255), 128]);
  });

  test("of nothing, of evidence against, and of unseen pixels is transparent", () => {
    expect(pixel(paintHeat(line(0, 0), inferno), 1)[3]).toBe(0);
    expect(pixel(paintHeat(line(-3, 1), inferno), 0)[3]).toBe(0);
    expect(pixel(paintHeat(line(NaN, 1), inferno), 0)).toEqual([0, 0, 0, 0]);
  });

  test("scales by the largest value, or magnitude", () => {
    const map = line(-7, NaN, 3);
    expect(scaleOf(map, colourMapOf("inferno"))).toBe(3);
    expect(scaleOf(map, colourMapOf("coolwarm"))).toBe(7);
    expect(scaleOf(line(-1, -2), colourMapOf("viridis"))).toBe(0);
  });
});

describe("an overlay", () => {
  const grey = (width: number, height: number) => ({
    width,
    height,
    rgb: new Uint8Array(width * height * 3).fill(100),
  });

  test("leaves the image as it is where there is no evidence, and mixes in the colour where there is", () => {
    const look = { colourMap: colourMapOf("viridis"), opacity: 0.5 };
    const { rgb } = drawOverlay(grey(2, 1), line(0, 1), look);
    expect([...rgb.subarray(0, 3)]).toEqual([100, 100, 100]);
    const mixed = colour("viridis", 255).map((c) => Math.round(100 + ((c - 100) * 128) / 255));
    expect([...rgb.subarray(3)]).toEqual(mixed);
  });

  test("dims and hatches what was not seen, and touches nothing else", () => {
    const data = Float32Array.from({ length: 60 * 60 }, (_, i) => (i % 60 < 30 ? NaN : 0));
    const look = { colourMap: colourMapOf("inferno"), opacity: 1 };
    const { rgb } = drawOverlay(grey(60, 60), { width: 60, height: 60, data }, look);
    const unseen = new Set(rgb.filter((_, i) => Math.floor(i / 3) % 60 < 30));
    const seen = new Set(rgb.filter((_, i) => Math.floor(i / 3) % 60 >= 30));
    expect(seen).toEqual(new Set([100]));
    expect(unseen.size).toBe(2);
    expect([...unseen].every((level) => level !== 100)).toBe(true);
  });

  test("does not change the picture it is given", () => {
    const picture = grey(1, 1);
    drawOverlay(picture, line(1), { colourMap: colourMapOf("inferno"), opacity: 1 });
    expect([...picture.rgb]).toEqual([100, 100, 100]);
  });
});
