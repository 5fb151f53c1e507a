import { expect, test } from "vitest";
import { Builder } from "../../../src/explain/graph/builder";
import { trunkOf } from "../../../src/explain/model/trunk";

test("the trunk has the ends of blocks, not what a shortcut passes by", () => {
  const g = new Builder();
  const image = g.input("image", "float32", [1, 2, 4, 4]);
  const stem = g.op("Relu", [image]);
  const branch = g.op("Sigmoid", [stem]);
  const sum = g.op("Add", [stem, branch]);
  const pooled = g.op("GlobalAveragePool", [sum]);
  const logit = g.op("Flatten", [pooled]);
  const trunk = trunkOf(g.finish([logit]), image, logit);
  expect([...trunk]).toEqual([stem, sum, pooled, logit]);
});

test("whole numbers that are drawn from a value are no way around what follows", () => {
  const g = new Builder();
  const image = g.input("image", "float32", [1, 2, 4, 4]);
  const stem = g.op("Relu", [image]);
  const best = g.op("ArgMax", [stem], { axis: 1 });
  const middle = g.op("Sigmoid", [stem]);
  const sum = g.op("Add", [middle, g.op("Cast", [best], { to: "float32" })]);
  const logit = g.op("Flatten", [sum]);
  expect(trunkOf(g.finish([logit]), image, logit)).toContain(middle);
});
