import { expect, test } from "vitest";
import { probabilities, rankClasses } from "../../../src/explain/service/probability";

const plain = { activation: "softmax", labels: [] } as const;

test("softmax sums to one and survives large logits", () => {
  const p = probabilities([1000, 999, -1000], "softmax");
  expect(p[0]! + p[1]! + p[2]!).toBeCloseTo(1, 12);
  expect(p[0]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
});

test("sigmoid takes every logit by itself", () => {
  expect([...probabilities([0, Math.log(3)], "sigmoid")]).toEqual([0.5, expect.closeTo(0.75, 12)]);
});

test("an output without activation is its own probability", () => {
  expect([...probabilities([0.2, 0.8], "none")]).toEqual([0.2, 0.8]);
});

test("classes rank by logit, ties by index", () => {
  expect(
    rankClasses([1, 3, 3, 2], plain)
      .best(4)
      .map(({ index }) => index),
  ).toEqual([1, 2, 3, 0]);
});

test("the background class comes last, however likely", () => {
  const ranked = rankClasses([9, 1, 2], { ...plain, backgroundClass: 0 }).best(3);
  expect(ranked.map(({ index }) => index)).toEqual([2, 1, 0]);
});

test("a set of classes is as probable as any of them, or their mean where they do not exclude each other", () => {
  const logits = [0, 0, Math.log(2)];
  const asked = (set: number[], activation: "softmax" | "sigmoid" | "none") =>
    rankClasses(logits, { ...plain, activation }).asked([set[0]!], { set });
  expect(asked([2, 0, 2], "softmax")).toEqual([
    { index: 2, label: "", logit: Math.log(2), probability: expect.closeTo(0.75, 12) },
  ]);
  expect(asked([0, 2], "sigmoid")[0]!.probability).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12);
  expect(asked([1], "none")[0]!.probability).toBe(0);
});

test("labels go with their index", () => {
  const [best] = rankClasses([0, 5], { ...plain, labels: ["cat", "dog"] }).best(1);
  expect(best).toMatchObject({ index: 1, label: "dog", logit: 5 });
});
