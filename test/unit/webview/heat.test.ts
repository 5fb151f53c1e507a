import { describe, expect, test } from "vitest";
import type { AttributionMap, Explanation } from "../../../src/explain/api";
import { heatAt, heatOf, scaleEnds, type Heat } from "../../../src/webview/explain/heat";

const size = { width: 2, height: 2 };
const geometry = { image: size, input: size, scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 };
const result: Pick<Explanation, "picture" | "geometry"> = {
  geometry,
  picture: { ...size, encoded: new Uint8Array() },
};

function heat(
  data: number[],
  { final = "none", dims = [2, 2], ...more }: Partial<AttributionMap> = {},
  side?: "for" | "against",
): Heat {
  const range = { min: Math.min(...data), max: Math.max(...data) };
  const map = { data: Float32Array.from(data), final, dims, range, ...more };
  return heatOf(map as unknown as AttributionMap, result, side)!;
}

describe("a signed map", () => {
  const signed = [-4, -1, 2, 0];

  test("behind a ReLU has its positive part, from 0 on", () => {
    const { cells, isSigned } = heat(signed, { final: "relu" });
    expect([...cells.data]).toEqual([0, 0, 2, 0]);
    expect(isSigned).toBe(false);
  });

  test("turned round has what speaks against, and its hottest spot there", () => {
    const against = heat(signed, { final: "relu" }, "against");
    expect([...against.cells.data]).toEqual([4, 1, -0, 0].map((value) => value + 0));
    expect(against.peak).toEqual({ x: 0.5, y: 0.5 });
  });

  test("at the image is the sum of its channels, both signs kept", () => {
    const both = heat([...signed, 1, 1, 1, 1], { dims: [2, 2, 2] });
    expect([...both.cells.data]).toEqual([-3, 0, 3, 1]);
    expect(both.isSigned).toBe(true);
    expect(scaleEnds(both, "coolwarm")).toEqual([-3, 3]);
    expect(scaleEnds(both, "inferno")).toEqual([0, 3]);
  });
});

describe("a map whose level is free", () => {
  test.each([
    ["positive", 0],
    ["negative", -20],
  ])(
    "is drawn from its least value; the legend and the value under the pointer are the map's own: %s",
    (_, shift) => {
      const values = [5, 6, 7, 9].map((value) => value + shift);
      const level = heat(values, { level: "free" });
      expect([...level.cells.data]).toEqual([0, 1, 2, 4]);
      expect(scaleEnds(level, "inferno")).toEqual([5 + shift, 9 + shift]);
      expect(heatAt(level, { x: 1.5, y: 1.5 })).toBe(9 + shift);
      expect(level.where).toBe(heat([0, 1, 2, 4]).where);
    },
  );

  test("is not every map that is all positive", () => expect(heat([5, 6, 7, 9]).floor).toBe(0));
});

test("a map without places, or an image without a picture, has nothing to draw", () => {
  const map = {
    data: new Float32Array(),
    final: "none",
    dims: [0, 2],
  } as unknown as AttributionMap;
  expect(heatOf(map, result)).toBeUndefined();
  expect(heatOf(undefined, result)).toBeUndefined();
  expect(heatOf({ ...map, dims: [2, 2] }, { geometry })).toBeUndefined();
});

describe("a map that is never negative", () => {
  test("is drawn the same whichever side is asked for", () => {
    const positive = [0, 1, 3, 2];
    expect([...heat(positive, {}, "against").cells.data]).toEqual(positive);
    expect(heat(positive, {}, "against").peak).toEqual(heat(positive).peak);
  });
});
