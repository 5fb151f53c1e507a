import { expect, test } from "vitest";
import { normal, uniform } from "../../../src/explain/method/helper/random";

const count = 100_001;
const mean = (numbers: Float32Array) => numbers.reduce((sum, value) => sum + value, 0) / count;

test("normal numbers have the moments of a normal distribution", () => {
  const numbers = normal(1, 0, count);
  const moments = [1, 2, 3, 4].map((power) => mean(numbers.map((value) => value ** power)));
  [0, 1, 0, 3].forEach((moment, i) => expect(moments[i]).toBeCloseTo(moment, 1));
});

test("the same seed and part give the same numbers, whatever the count", () => {
  expect(normal(7, 3, 5)).toEqual(normal(7, 3, count).slice(0, 5));
});

test("another part, like another seed, gives numbers that have nothing to do with the first", () => {
  const first = normal(7, 0, count);
  for (const other of [normal(7, 1, count), normal(8, 0, count)]) {
    expect(mean(first.map((value, i) => value * other[i]!))).toBeCloseTo(0, 1);
  }
});

test("uniform numbers are never 0 or 1 and fill the space between evenly", () => {
  const next = uniform(0, 0);
  const numbers = Float32Array.from({ length: count }, (_, i) => next(i));
  expect(Math.min(...numbers.slice(0, 1000))).toBeGreaterThan(0);
  expect(mean(numbers)).toBeCloseTo(0.5, 2);
  expect(mean(numbers.map((value) => value ** 2))).toBeCloseTo(1 / 3, 2);
});

test("no seed begins with numbers far out, and seed and part do not stand for each other", () => {
  const seeds = Array.from({ length: 1000 }, (_, seed) => seed);
  const far = seeds.filter((seed) => normal(seed, 0, 2).some((value) => Math.abs(value) > 3));
  // 2 · 0.27 % of 1000 are 5.4.
  expect(far.length).toBeLessThan(16);
  expect(
    seeds.filter((seed) => normal(seed, seed, 2).some((value) => Math.abs(value) > 3)).length,
  ).toBeLessThan(16);
  expect(normal(0, 1, 4)).not.toEqual(normal(1, 0, 4));
});
