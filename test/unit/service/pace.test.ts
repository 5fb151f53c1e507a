import { expect, test } from "vitest";
import { Pace } from "../../../src/explain/service/pace";

/** The sizes of the runs that do `count` images, when a run of a size takes as long as `cost` says. */
function sizesOf(pace: Pace, count: number, cost: (size: number, run: number) => number): number[] {
  const sizes: number[] = [];
  for (let left = count; left > 0;) {
    const size = pace.next(left);
    sizes.push(size);
    pace.took(size, cost(size, sizes.length));
    left -= size;
  }
  return sizes;
}

const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
const count = (sizes: readonly number[], wanted: number) =>
  sizes.filter((size) => size === wanted).length;

test("where batches do not pay, runs of one follow two trials of four", () => {
  const sizes = sizesOf(new Pace(true), 40, (size) => 20 * size);
  expect(sizes.slice(0, 5)).toEqual([1, 1, 4, 4, 1]);
  expect(new Set(sizes.slice(4))).toEqual(new Set([1]));
});

test("what a run costs whatever its size makes runs larger, up to 256", () => {
  const sizes = sizesOf(new Pace(true), 4096, (size) => 4 + 0.05 * size);
  expect(count(sizes, 256)).toBeGreaterThan(10);
  expect(sum(sizes)).toBe(4096);
});

test("the size before the one that is slower for each image is kept", () => {
  // 16 images fit into the cache, 64 do not.
  const sizes = sizesOf(new Pace(true), 2048, (size) => 1 + size * (size <= 16 ? 0.05 : 0.2));
  expect(count(sizes, 16)).toBeGreaterThan(90);
  expect(count(sizes, 64)).toBe(6);
  expect(count(sizes, 256)).toBe(0);
});

test("no run is tried that would take more than 300 ms by what the one before took", () => {
  const sizes = sizesOf(new Pace(true), 200, (size) => 30 * size ** 0.9);
  expect(Math.max(...sizes)).toBe(4);
});

test("a size whose runs turn out longer than 300 ms is given up", () => {
  // 16 images run out of memory: slower for each than 4, and far too long.
  const sizes = sizesOf(new Pace(true), 200, (size) => (size === 16 ? 700 : 20 * size ** 0.8));
  expect(count(sizes, 16)).toBe(2);
  expect(count(sizes, 4)).toBeGreaterThan(35);
});

test("one image that takes longer than 300 ms is still one run", () => {
  expect(sizesOf(new Pace(true), 5, (size) => 900 * size)).toEqual([1, 1, 1, 1, 1]);
});

test("a short run is judged by six, so that one disturbance does not decide", () => {
  const disturbed = (size: number, run: number) => (run % 4 === 0 ? 25 : 1 + 0.05 * size);
  const sizes = sizesOf(new Pace(true), 2000, disturbed);
  expect(Math.max(...sizes)).toBeGreaterThanOrEqual(64);
});

test("what disturbed every run of a size is put right when other work begins", () => {
  const cost = (size: number) => 4 + 0.05 * size;
  const pace = new Pace(true);
  const busy = sizesOf(pace, 400, (size) => (size === 16 ? 100 : cost(size)));
  expect(busy.at(-5)).toBe(4);
  pace.again();
  expect(count(sizesOf(pace, 4096, cost), 256)).toBeGreaterThan(10);
});

test("other work tries each size of the work before once more, and the one that did not pay", () => {
  const pace = new Pace(true);
  sizesOf(pace, 40, (size) => 20 * size);
  pace.again();
  expect(sizesOf(pace, 10, (size) => 20 * size)).toEqual([1, 4, 1, 1, 1, 1, 1]);
});

test("the last run takes no more than is left, at the fastest size that fits", () => {
  const pace = new Pace(true);
  sizesOf(pace, 4096, (size) => 4 + 0.05 * size);
  const sizes = sizesOf(pace, 256 + 64 + 16 + 2, (size) => 4 + 0.05 * size);
  expect(sizes).toEqual([256, 64, 16, 1, 1]);
});

test("a model that takes one image only gets runs of one", () => {
  expect(new Set(sizesOf(new Pace(false), 300, () => 1))).toEqual(new Set([1]));
});
