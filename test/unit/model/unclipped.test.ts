import { expect, test } from "vitest";
import { gradient } from "../../../src/explain/gradient";
import { Builder } from "../../../src/explain/graph/builder";
import { classesInput, selectClasses } from "../../../src/explain/model/target";
import { unclipped } from "../../../src/explain/model/unclipped";
import { evaluate } from "../../../src/explain/runtime/reference";
import { scalar, tensor } from "../../../src/explain/tensor";

type Move = (g: Builder, scores: string) => string;

const moves: Readonly<Record<string, Move>> = {
  Identity: (g, y) => g.op("Identity", [y]),
  Reshape: (g, y) => g.op("Reshape", [y, g.ints([-1, 2])]),
  Flatten: (g, y) => g.op("Flatten", [y]),
  Unsqueeze: (g, y) => g.op("Unsqueeze", [y, g.ints([2])]),
  "Unsqueeze and Squeeze": (g, y) =>
    g.op("Squeeze", [g.op("Unsqueeze", [y, g.ints([2])]), g.ints([2])]),
};

/** Scores rounded to bytes of 0.01, so that none is above 2.55, and then moved. */
function classifier(move: Move = moves["Reshape"]!) {
  const g = new Builder();
  const scores = g.input("scores", "float32", ["N", 2]);
  const step = g.constant(scalar("float32", 0.01));
  const rounded = g.op("DequantizeLinear", [g.op("QuantizeLinear", [scores, step]), step]);
  return { g, scores, logit: move(g, rounded) };
}

for (const [title, move] of Object.entries(moves)) {
  test(`a quantized score is taken before it is rounded, over ${title}`, () => {
    const { g, scores, logit } = classifier(move);
    expect(unclipped(g.nodes, logit)).toBe(scores);
  });
}

test("a score that is not quantized is itself", () => {
  const g = new Builder();
  const y = g.op("Flatten", [g.op("Relu", [g.input("x", "float32", [1, 2])])]);
  expect(unclipped(g.nodes, y)).toBe(y);
});

test("a class beyond the calibrated range is reported clipped and has a gradient", () => {
  const { g, scores, logit } = classifier();
  const found = {
    output: logit,
    reason: "",
    candidates: [],
    logit,
    tail: "none",
    classes: 2,
  } as const;
  const profile = { activation: "softmax", labels: [] } as const;
  const request = { score: "logit", classes: 1 } as const;
  const { logits, score, seed } = selectClasses(g, found, profile, request);
  const [dx] = gradient(g, { of: score, wrt: [scores], seed });
  const feeds = {
    scores: tensor("float32", [9, 1], [1, 2]),
    [classesInput]: tensor("int64", [-1]),
  };
  const values = evaluate(g.finish([logits, dx!]), feeds);
  expect([...values[logits]!.data]).toEqual([2.55, 1].map(Math.fround));
  expect([...values[dx!]!.data]).toEqual([1, 0]);
});
