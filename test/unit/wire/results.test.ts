import { expect, test } from "vitest";
import { mergeResults } from "../../../src/extension/wire/results";
import type { ImageResult, PanelMap } from "../../../src/extension/wire/viewApi";

const map = (asked: string, done: number, growth: PanelMap["growth"] = "growing") =>
  ({
    asked,
    classIndex: 0,
    growth,
    progress: { done, planned: 100, unit: "masks" },
  }) as unknown as PanelMap;
const result = (hash: string, ...maps: PanelMap[]) => ({ hash, maps }) as unknown as ImageResult;
const merged = (known: ImageResult, fresh: ImageResult) =>
  (mergeResults(known, fresh) as ImageResult).maps.map(({ asked, growth, progress }) => [
    asked,
    growth,
    progress!.done,
  ]);

test("a map takes the place of its elder; others stay", () =>
  expect(merged(result("h", map("a", 10), map("b", 5)), result("h", map("a", 20)))).toEqual([
    ["b", "growing", 5],
    ["a", "growing", 20],
  ]));

test("a map that grows anew waits until it has come as far", () => {
  const known = result("h", map("a", 50, "stopped"));
  expect(merged(known, result("h", map("a", 49)))).toEqual([["a", "stopped", 50]]);
  expect(merged(known, result("h", map("a", 50)))).toEqual([["a", "growing", 50]]);
  expect(merged(known, result("h", map("a", 30, "whole")))).toEqual([["a", "whole", 30]]);
});

test("of an image that changed nothing is kept", () =>
  expect(merged(result("h", map("a", 10)), result("other", map("b", 1)))).toEqual([
    ["b", "growing", 1],
  ]));

test("an error takes the place of everything, and gives it back", () => {
  const error = { code: "image", message: "It is no image.", data: {} } as const;
  expect(mergeResults(result("h", map("a", 1)), error)).toBe(error);
  const fresh = result("h");
  expect(mergeResults(error, fresh)).toBe(fresh);
});
