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
      reason: expect.stringContaining("likeliest output shaped [N,K]"),
    });
  });

  test("an auxiliary one is not taken, unless there is no other", () => {
    const graph = heads((g, logits, x) => {
      named(g, "aux1", "Flatten", [g.op("GlobalAveragePool", [x])]);
      named(g, "main", "Neg", [logits]);
    });
    expect(findScore({ ...graph, outputs: ["aux1", "main"] }, "m.onnx")).toMatchObject({
      output: "main",
      reason: expect.stringContaining("likeliest output shaped [N,K]"),
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

  test.each(["embedding", "features", "pooled"])("one that is named “%s” is not", (name) => {
    const graph = heads((g, logits, x) => {
      named(g, name, "Flatten", [g.op("GlobalAveragePool", [x])]);
      named(g, "cls", "Neg", [logits]);
    });
    expect(findScore({ ...graph, outputs: [name, "cls"] }, "m.onnx").output).toBe("cls");
  });

  test("the one that ends in an activation is taken before one that does not", () => {
    const graph = heads((g, logits, x) => {
      named(g, "o1", "Flatten", [g.op("GlobalAveragePool", [x])]);
      named(g, "o2", "Softmax", [logits], { axis: 1 });
    });
    expect(findScore({ ...graph, outputs: ["o1", "o2"] }, "m.onnx").output).toBe("o2");
  });

  test("of two heads as wide, the one behind more of the network is taken", () => {
    const graph = heads((g, logits, x) => {
      named(g, "o1", "Flatten", [
        g.op("GlobalAveragePool", [g.op("Tile", [x, g.ints([1, 2, 1, 1])])]),
      ]);
      named(g, "o2", "Neg", [g.op("Relu", [logits])]);
    });
    const outputs = ["o1", "o2"];
    expect(outputs.map((name) => graph.types.get(name)!.dims.at(-1))).toEqual([6, 6]);
    expect(findScore({ ...graph, outputs }, "m.onnx").output).toBe("o2");
  });
});
