import { describe, expect, test } from "vitest";
import { agreement, overlap, rankCorrelation } from "../../../src/explain/judge/agreement";
import { normal } from "../../helper/random";

describe("Rank correlation", () => {
  test("is 1 for any increasing change of the values, −1 for a decreasing one", () => {
    const values = normal([50], 1).data;
    expect(rankCorrelation(values, values.map(Math.exp))).toBeCloseTo(1, 12);
    expect(
      rankCorrelation(
        values,
        values.map((x) => -(x ** 3)),
      ),
    ).toBeCloseTo(-1, 12);
  });

  test("gives equal values the mean of their ranks", () => {
    // By hand: ranks 0 1.5 1.5 3 and 0 1 2 3, covariance 4.5, variances 4.5 and 5; scipy.stats.spearmanr says 0.9486832980505138.
    expect(rankCorrelation([1, 2, 2, 4], [1, 2, 3, 4])).toBeCloseTo(0.9486832980505138, 14);
    // scipy.stats.spearmanr([0,0,0,1,2,2], [3,1,2,2,5,5]).
    expect(rankCorrelation([0, 0, 0, 1, 2, 2], [3, 1, 2, 2, 5, 5])).toBeCloseTo(
      0.7627700713964739,
      12,
    );
  });

  test("0 and −0 are equal", () => {
    expect(rankCorrelation([0, -0, 1], [5, 5, 6])).toBeCloseTo(1, 14);
  });

  test("does not exist where a map is the same everywhere", () => {
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeUndefined();
    expect(rankCorrelation([], [])).toBeUndefined();
  });
});

describe("Overlap", () => {
  test("is intersection over union of the places with at least τ of each map's own maximum", () => {
    const a = [0, 1, 5, 10];
    const b = [4, 0, 2, 3];
    // τ = 0.5: {2,3} and {0,2,3}.
    expect(overlap(a, b, 0.5)).toBe(2 / 3);
    // τ = 1: {3} and {0}.
    expect(overlap(a, b, 1)).toBe(0);
  });

  test("takes no place whose value is not positive, even with τ = 0", () => {
    expect(overlap([-1, 0, 1], [1, 0, 1], 0)).toBe(1 / 2);
  });

  test("does not exist where neither map has a positive value", () => {
    expect(overlap([-1, 0], [0, -2], 0.5)).toBeUndefined();
    expect(overlap([-1, 0], [0, 2], 0.5)).toBe(0);
  });
});

test("Agreement leaves out the places that one of the maps does not have", () => {
  const a = [NaN, 1, 2, 3, 9];
  const b = [5, 10, 20, 30, NaN];
  expect(agreement(a, b, 0.6)).toEqual({ rankCorrelation: 1, overlap: 1 });
  expect(agreement([NaN, 1], [1, NaN], 0.5)).toEqual({});
});
