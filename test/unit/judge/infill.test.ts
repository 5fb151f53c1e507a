import { describe, expect, test } from "vitest";
import {
  makeSystem,
  multiply,
  placeOf,
  rightHandSide,
  solve,
  type System,
} from "../../../src/explain/judge/infill";
import { hashed } from "../../../src/explain/hash";

/** A picture of `width` columns whose missing pixels are told by `isMissing`, and its equations. */
function equations(
  picture: readonly number[],
  width: number,
  isMissing: (pixel: number) => boolean,
  channels = 1,
): { system: System; b: Float64Array } {
  const pixels = Array.from({ length: picture.length / channels }, (_, i) => i);
  const system = makeSystem(
    Uint8Array.from(pixels, (i) => Number(isMissing(i))),
    width,
    channels,
  );
  const places = new Float64Array(system.diagonal.length);
  for (const pixel of pixels.filter((i) => !isMissing(i))) {
    const of = picture.slice(pixel * channels, (pixel + 1) * channels);
    places.set(of, placeOf(pixel, width, channels));
  }
  return { system, b: rightHandSide(system, places) };
}

function solved({ system, b }: ReturnType<typeof equations>): Float64Array {
  const work = solve(system, b);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

function residual({ system, b }: ReturnType<typeof equations>, x: Float64Array): number {
  const product = new Float64Array(x.length);
  multiply(system, x, product);
  const length = (v: Float64Array) => Math.sqrt(v.reduce((sum, one) => sum + one * one, 0));
  return length(product.map((value, i) => value - b[i]!)) / length(b);
}

describe("Filling in", () => {
  test("a single pixel becomes the mean of its neighbours, those beside it twice as heavy as those across", () => {
    const filled = equations([1, 2, 3, 4, 99, 6, 7, 8, 9], 3, (i) => i === 4);
    const by_hand = (2 * (2 + 4 + 6 + 8) + (1 + 3 + 7 + 9)) / 12;
    expect(solved(filled)[placeOf(4, 3, 1)]).toBeCloseTo(by_hand, 6);
  });

  test("at a border the weights of the neighbours that are there make up for the others", () => {
    // A corner: right 1/6, below 1/6, across 1/12.
    const filled = equations([99, 3, 0, 6, 12, 0], 3, (i) => i === 0);
    expect(solved(filled)[placeOf(0, 3, 1)]).toBeCloseTo((2 * 3 + 2 * 6 + 12) / 5, 6);
  });

  test("from one pixel that is left everything becomes its value", () => {
    const filled = equations(new Array<number>(35).fill(7), 7, (i) => i !== 17);
    const x = solved(filled);
    for (const place of filled.system.missing) expect(x[place]).toBeCloseTo(7, 4);
  });

  test.each([0.1, 0.5, 0.9, 0.99])(
    "the residual is ≤ 1e-6 with %s of the pixels missing at random, and in one hole",
    (share) => {
      const width = 61;
      const picture = Array.from({ length: width * 47 }, (_, i) => hashed(1, i) - 0.5);
      const random = equations(picture, width, (i) => hashed(2, i) < share);
      expect(residual(random, solved(random))).toBeLessThanOrEqual(1e-6);
      const hole = equations(picture, width, (i) => i < share * picture.length);
      expect(residual(hole, solved(hole))).toBeLessThanOrEqual(1e-6);
    },
  );

  test("channels are filled in together as each alone", () => {
    const width = 13;
    const picture = Array.from({ length: 3 * width * 11 }, (_, i) => hashed(3, i));
    const isMissing = (pixel: number) => hashed(4, pixel) < 0.6;
    const together = solved(equations(picture, width, isMissing, 3));
    for (const channel of [0, 1, 2]) {
      const plane = picture.filter((_, i) => i % 3 === channel);
      const alone = solved(equations(plane, width, isMissing));
      alone.forEach((value, place) => expect(together[3 * place + channel]).toBeCloseTo(value, 5));
    }
  });

  test("other work has its turn while a large picture is filled in", () => {
    const picture = Array.from({ length: 3 * 224 * 224 }, (_, i) => hashed(5, i));
    const { system, b } = equations(picture, 224, (pixel) => pixel > 5000, 3);
    const work = solve(system, b);
    for (let turn = 0; turn < 4; turn++) expect(work.next().done).toBe(false);
  });

  test("a picture without any pixel left is refused", () => {
    expect(() => makeSystem(new Uint8Array(6).fill(1), 3, 1)).toThrow(/nothing is left/);
  });
});
