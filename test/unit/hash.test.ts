import { expect, test } from "vitest";
import { hashed } from "../../src/explain/hash";

const count = 100_000;
const range = (length: number) => Array.from({ length }, (_, i) => i);
const bits = (value: number) =>
  range(32).map((bit) => Math.floor((value * 2 ** 32) / 2 ** bit) % 2);
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;

/** √N times the correlation of two sequences of uniform numbers: normal with deviation 1 where they have nothing to do with each other. */
function correlation(a: (i: number) => number, b: (i: number) => number): number {
  return 12 * Math.sqrt(count) * mean(range(count).map((i) => (a(i) - 0.5) * (b(i) - 0.5)));
}

test("seed and index do not stand for each other", () => {
  const pairs = range(100).flatMap((a) => range(a).map((b) => [a, b] as const));
  expect(pairs.filter(([a, b]) => hashed(a, b) === hashed(b, a))).toEqual([]);
  expect(
    Math.abs(
      correlation(
        (i) => hashed(i, i + 1),
        (i) => hashed(i + 1, i),
      ),
    ),
  ).toBeLessThan(4);
});

test("an index like its seed is a number like any other", () => {
  const same = range(count).map((k) => hashed(k, k));
  expect(mean(same)).toBeCloseTo(1 / 2, 2);
  expect(mean(same.map((value) => value ** 2))).toBeCloseTo(1 / 3, 2);
  expect(same.slice(0, 1000).every((value) => value > 0)).toBe(true);
});

test.each([0, 1, 2, 7, 2 ** 31 - 1, 2 ** 32 - 1])(
  "the numbers of seed %i are uniform, and have nothing to do with each other, with their order, or with those of seeds near it",
  (seed) => {
    const own = range(count).map((i) => hashed(seed, i));
    const sixteenths = new Array<number>(16).fill(0);
    for (const value of own) sixteenths[Math.floor(value * 16)]!++;
    const expected = count / 16;
    const chiSquare = sixteenths.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 15 degrees of freedom: 1 of 10 000 is above 44.3.
    expect(chiSquare).toBeLessThan(44.3);
    const others = [1, 2, 16, 256, 65_536].map((step) => (i: number) => hashed(seed + step, i));
    const later = [1, 2, 3].map((step) => (i: number) => hashed(seed, i + step));
    for (const other of [...others, ...later, (i: number) => i / count]) {
      expect(Math.abs(correlation((i) => own[i]!, other))).toBeLessThan(4);
    }
  },
);

test.each(["seed", "index"])(
  "every bit of the %s turns every bit of the number half of the time",
  (which) => {
    const pairs = range(2000).map((i) => [i % 40, Math.floor(i / 40)] as const);
    for (const bit of range(32)) {
      const turned = new Array<number>(32).fill(0);
      for (const [seed, index] of pairs) {
        const other = 2 ** bit;
        const flip = (value: number) =>
          value + (Math.floor(value / other) % 2 === 0 ? other : -other);
        const before = bits(hashed(seed, index));
        const after = bits(
          which === "seed" ? hashed(flip(seed), index) : hashed(seed, flip(index)),
        );
        before.forEach((value, i) => (turned[i]! += Number(value !== after[i])));
      }
      // 5 deviations of a fair coin.
      for (const times of turned) expect(Math.abs(times / pairs.length - 0.5)).toBeLessThan(0.056);
    }
  },
);

test("no sequence of 1000 seeds shares a number's place with another's, nor is it moved against it", () => {
  const starts = new Map<string, number>();
  for (const seed of range(1000)) {
    for (const at of range(20)) {
      const three = range(3)
        .map((i) => hashed(seed, at + i))
        .join();
      expect(starts.get(three)).toBeUndefined();
      starts.set(three, seed);
    }
  }
});
