import { describe, expect, test } from "vitest";
import { drawnMap } from "../../../src/explain/service/grid";

const map = (values: number[], dims: number[], final: "relu" | "none" = "none") => ({
  data: Float32Array.from(values),
  dims,
  final,
});

describe("a map in rows and columns", () => {
  test("is drawn from 0 when it has values around it", () => {
    expect(drawnMap(map([-1, 0.5, 4], [1, 3]))).toMatchObject({ floor: 0 });
    expect(drawnMap(map([1, 2, 4], [1, 3]))).toMatchObject({ floor: 0 });
  });

  test("is drawn from its least value when that is a level far above 0, as in RISE's maps", () => {
    const { cells, floor } = drawnMap(map([3, 4, 5], [1, 3]));
    expect([floor, ...cells.data]).toEqual([3, 0, 1, 2]);
  });

  test("keeps its level when it is the same everywhere, or ends in a ReLU", () => {
    expect(drawnMap(map([3, 3], [1, 2])).floor).toBe(0);
    expect(drawnMap(map([3, 4], [1, 2], "relu")).floor).toBe(0);
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
