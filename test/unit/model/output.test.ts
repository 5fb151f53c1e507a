import { describe, expect, test } from "vitest";
import type { Builder } from "../../../src/explain/graph/builder";
import { findScore } from "../../../src/explain/model/score";
import { classifier, features, linearHead, named } from "../../helper/classifier";

describe("of several outputs shaped [N,K]", () => {
  const heads = (make: (g: Builder, logits: string, x: string) => void) =>
    classifier((g, x, w) => {
      const logits = linearHead(g, features(g, x, w, 4, "a"), w, 6);
      make(g, logits, x);
      return logits;
    }).graph;

  test("the one that is made of another is taken, as scores are of features", () => {
    const graph = heads((g, pooled) => named(g, "scores", "Softmax", [pooled], { axis: 1 }));
    const both = { ...graph, outputs: ["logits", "scores"] };
    expect(findScore(both, "m.onnx")).toMatchObject({
      output: "scores",
      logit: "logits",
      reason: expect.stringContaining("first output shaped [N,K] that is no auxiliary one"),
    });
  });

  test("an auxiliary one is not taken, unless there is no other", () => {
    const graph = heads((g, logits, x) => {
      named(g, "aux1", "Flatten", [g.op("GlobalAveragePool", [x])]);
      named(g, "main", "Neg", [logits]);
    });
    expect(findScore({ ...graph, outputs: ["aux1", "main"] }, "m.onnx")).toMatchObject({
      output: "main",
      reason: expect.stringContaining("first output shaped [N,K] that is no auxiliary one"),
      candidates: ["aux1", "main"],
    });
    expect(findScore({ ...graph, outputs: ["aux1"] }, "m.onnx").output).toBe("aux1");
  });

  test("the best few stand for the scores that they are taken from", () => {
    const graph = heads((g, pooled) => {
      g.append({
        name: "top",
        op: "TopK",
        inputs: [g.op("Softmax", [pooled], { axis: 1 }), g.ints([3])],
        outputs: ["best", "places"],
        attributes: { axis: -1 },
      });
    });
    const found = findScore({ ...graph, outputs: ["best", "places"] }, "m.onnx");
    expect(found).toMatchObject({ output: "best", logit: "logits", classes: 6, tail: "softmax" });
  });
});
