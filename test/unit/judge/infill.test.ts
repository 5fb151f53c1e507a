import { describe, expect, test } from "vitest";
import {
  makeSystem,
  multiply,
  placeOf,
  rightHandSide,
  solve,
  type System,
} from "../../../src/explain/judge/infill";
import { hashed } from "../../../src/explain/method/helper/hash";

/** A picture of `width` columns whose missing pixels are told by `isMissing`, and its equations. */
function equations(
  picture: readonly number[],
  width: number,
  isMissing: (pixel: number) => boolean,
): { system: System; b: Float64Array } {
  const system = makeSystem(
    Uint8Array.from(picture, (_, i) => Number(isMissing(i))),
    width,
  );
  const places = new Float64Array(system.diagonal.length);
  picture.forEach((value, i) => (places[placeOf(i, width)] = isMissing(i) ? 0 : value));
  return { system, b: rightHandSide(system, places) };
}

function residual({ system, b }: ReturnType<typeof equations>, x: Float64Array): number {
  const product = new Float64Array(x.length);
  multiply(system, x, product);
  const length = (v: Float64Array) => Math.sqrt(v.reduce((sum, one) => sum + one * one, 0));
  return length(product.map((value, i) => value - b[i]!)) / length(b);
}

describe("Filling in", () => {
  test("a single pixel becomes the mean of its neighbours, those beside it twice as heavy as those across", () => {
    const { system, b } = equations([1, 2, 3, 4, 99, 6, 7, 8, 9], 3, (i) => i === 4);
    const by_hand = (2 * (2 + 4 + 6 + 8) + (1 + 3 + 7 + 9)) / 12;
    expect(solve(system, b)[placeOf(4, 3)]).toBeCloseTo(by_hand, 6);
  });

  test("at a border the weights of the neighbours that are there make up for the others", () => {
    // A corner: right 1/6, below 1/6, across 1/12.
    const { system, b } = equations([99, 3, 0, 6, 12, 0], 3, (i) => i === 0);
    expect(solve(system, b)[placeOf(0, 3)]).toBeCloseTo((2 * 3 + 2 * 6 + 12) / 5, 6);
  });

  test("from one pixel that is left everything becomes its value", () => {
    const { system, b } = equations(new Array<number>(35).fill(7), 7, (i) => i !== 17);
    const x = solve(system, b);
    for (const place of system.missing) expect(x[place]).toBeCloseTo(7, 4);
  });

  test.each([0.1, 0.5, 0.9, 0.99])(
    "the residual is ≤ 1e-6 with %s of the pixels missing at random, and in one hole",
    (share) => {
      const width = 61;
      const picture = Array.from({ length: width * 47 }, (_, i) => hashed(1, i) - 0.5);
      const random = equations(picture, width, (i) => hashed(2, i) < share);
      expect(residual(random, solve(random.system, random.b))).toBeLessThanOrEqual(1e-6);
      const hole = equations(picture, width, (i) => i < share * picture.length);
      expect(residual(hole, solve(hole.system, hole.b))).toBeLessThanOrEqual(1e-6);
    },
  );

  test("a picture without any pixel left is refused", () => {
    expect(() => makeSystem(new Uint8Array(6).fill(1), 3)).toThrow(/nothing is left/);
  });
});
