import { describe, expect, test } from "vitest";
import { drawnMap } from "../../../src/explain/service/grid";

const map = (values: number[], dims: number[], level?: "free") => ({
  data: Float32Array.from(values),
  dims,
  final: "none" as const,
  ...(level && { level }),
});

describe("a map in rows and columns", () => {
  test("is drawn from 0, however high it lies: 0 is no evidence", () => {
    expect(drawnMap(map([-1, 0.5, 4], [1, 3]))).toMatchObject({ floor: 0 });
    expect(drawnMap(map([3, 4, 5], [1, 3]))).toMatchObject({ floor: 0 });
  });

  test.each([
    ["positive", [3, 4, 5], 3],
    ["negative", [-5, -4, -3], -5],
    ["both", [-1, 0, 1], -1],
  ])("is drawn from its least value where its level is free: %s", (_, values, least) => {
    const { cells, floor } = drawnMap(map(values, [1, 3], "free"));
    expect([floor, ...cells.data]).toEqual([least, 0, 1, 2]);
  });

  test("has nothing to draw where its level is free and its values differ by rounding alone", () => {
    const { cells, floor } = drawnMap(map([7, 7.000001, 7], [1, 3], "free"));
    expect([floor, ...cells.data]).toEqual([7, 0, 0, 0]);
  });
});

describe("a map in input space", () => {
  test("gives the strongest colour to the strongest hundredth of its pixels", () => {
    const values = Array.from({ length: 200 }, (_, i) => (i === 7 ? -1000 : i / 200));
    expect(drawnMap(map(values, [1, 10, 20])).scale).toBeCloseTo(199 / 200, 6);
  });

  test("has its largest value as scale when nearly all of it is 0", () => {
    const values = Array.from({ length: 200 }, (_, i) => (i === 7 ? 5 : 0));
    expect(drawnMap(map(values, [1, 10, 20])).scale).toBeUndefined();
  });
});
