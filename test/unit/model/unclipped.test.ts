import { expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import { selectClasses } from "../../../src/explain/model/target";
import { unclipped } from "../../../src/explain/model/unclipped";
import { evaluate } from "../../../src/explain/runtime/reference";
import { scalar, tensor } from "../../../src/explain/tensor";

/** Scores rounded to bytes of 0.01, so that none is above 2.55. */
function classifier() {
  const g = new Builder();
  const scores = g.input("scores", "float32", ["N", 2]);
  const step = g.constant(scalar("float32", 0.01));
  const rounded = g.op("DequantizeLinear", [g.op("QuantizeLinear", [scores, step]), step]);
  return { g, scores, logit: g.op("Reshape", [rounded, g.ints([-1, 2])]) };
}

test("a quantized score is taken before it is rounded, over what only moves it", () => {
  const { g, scores, logit } = classifier();
  expect(unclipped(g.nodes, logit)).toBe(scores);
});

test("a score that is not quantized is itself", () => {
  const g = new Builder();
  const y = g.op("Flatten", [g.op("Relu", [g.input("x", "float32", [1, 2])])]);
  expect(unclipped(g.nodes, y)).toBe(y);
});

test("a class beyond the calibrated range is reported clipped and has a gradient", () => {
  const { g, scores, logit } = classifier();
  const found = { output: logit, reason: "", logit, tail: "none", classes: 2 } as const;
  const profile = { activation: "softmax", labels: [] } as const;
  const { logits, score, seed, classesInput } = selectClasses(g, found, profile, "logit", 1);
  const [dx] = gradient(g, { of: score, wrt: [scores], seed });
  const feeds = {
    scores: tensor("float32", [9, 1], [1, 2]),
    [classesInput]: tensor("int64", [-1]),
  };
  const values = evaluate(g.finish([logits, dx!]), feeds);
  expect([...values[logits]!.data]).toEqual([2.55, 1].map(Math.fround));
  expect([...values[dx!]!.data]).toEqual([1, 0]);
});
