import { expect, test } from "vitest";
import { Builder } from "../../../src/explain/graph/builder";
import { classesInput, selectClasses } from "../../../src/explain/model/target";
import type { ClassScore } from "../../../src/explain/model/model";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor } from "../../../src/explain/tensor";

interface Setting {
  readonly logits: number[][];
  /** As the classes input: [N] for one class, [K,N] for several. */
  readonly classes: number[] | number[][];
  readonly backgroundClass?: number;
  readonly labels?: string[];
  readonly kind?: "logit" | "probability";
  readonly tail?: ClassScore["tail"];
}

function select({
  logits,
  classes,
  backgroundClass,
  labels = [],
  kind = "logit",
  tail = "none",
}: Setting) {
  const g = new Builder();
  const count = logits[0]!.length;
  const logit = g.input("logit", "float32", ["N", count]);
  const score: ClassScore = {
    output: logit,
    logit,
    reason: "",
    candidates: [],
    tail,
    classes: count,
  };
  const several = Array.isArray(classes[0]);
  const k = several ? classes.length : 1;
  const chosen = selectClasses(
    g,
    score,
    { activation: "sigmoid", labels, backgroundClass },
    { score: kind, classes: k },
  );
  const graph = g.finish([chosen.classIndices, chosen.seed, chosen.score, chosen.logitSeed]);
  const flat = classes.flat();
  const results = evaluate(graph, {
    logit: tensor("float32", logits.flat(), [logits.length, count]),
    [classesInput]: tensor("int64", flat, several ? [k, flat.length / k] : [flat.length]),
  });
  const [indices, seed, value, logitSeed] = graph.outputs.map((name) => results[name]!);
  return { indices: indices!, seed: seed!, score: value!, logitSeed: logitSeed! };
}

test("−1 is the best class of each image, −2 the second", () => {
  const logits = [
    [1, 5, 3],
    [9, 2, 4],
  ];
  expect([...select({ logits, classes: [-1, -1] }).indices.data]).toEqual([1, 0]);
  const two = select({
    logits,
    classes: [
      [-1, -1],
      [-2, -2],
    ],
  });
  expect(two.indices.dims).toEqual([2, 2]);
  expect([...two.indices.data]).toEqual([1, 0, 2, 2]);
});

test("an index is that class, also beside ranks", () => {
  expect([...select({ logits: [[1, 5, 3]], classes: [[0], [-1]] }).indices.data]).toEqual([0, 1]);
});

test("the seed is one-hot, with a class axis in front for several classes", () => {
  const one = select({ logits: [[1, 5, 3]], classes: [2] }).seed;
  expect([one.dims, [...one.data]]).toEqual([
    [1, 3],
    [0, 0, 1],
  ]);
  const two = select({ logits: [[1, 5, 3]], classes: [[0], [-1]] }).seed;
  expect([two.dims, [...two.data]]).toEqual([
    [2, 1, 3],
    [1, 0, 0, 0, 1, 0],
  ]);
});

test("the background class never ranks", () => {
  expect([
    ...select({ logits: [[9, 5, 7]], classes: [-1], backgroundClass: 0 }).indices.data,
  ]).toEqual([2]);
});

test("equal logits rank by index", () => {
  expect([...select({ logits: [[2, 2, 2]], classes: [[-1], [-2], [-3]] }).indices.data]).toEqual([
    0, 1, 2,
  ]);
});

test("one sigmoid output with two labels has class 1 = the logit and class 0 = minus the logit", () => {
  const { score, logitSeed, indices } = select({
    logits: [[-3]],
    classes: [[0], [1], [-1]],
    labels: ["no", "yes"],
  });
  expect([...score.data]).toEqual([3, -3]);
  expect([...logitSeed.data]).toEqual([-1, 1, -1]);
  expect([...indices.data]).toEqual([0, 1, 0]);
});

test("one output that is a probability already, with two labels, has class 0 = 1 minus it", () => {
  const { score, logitSeed, indices } = select({
    logits: [[0.25]],
    classes: [[0], [1], [-1]],
    labels: ["no", "yes"],
    tail: "inside",
  });
  expect([...score.data]).toEqual([0.75, 0.25]);
  expect([...logitSeed.data]).toEqual([-1, 1, -1]);
  expect([...indices.data]).toEqual([0, 1, 0]);
});

test("one sigmoid output without two labels has one class", () => {
  const { score, indices } = select({ logits: [[-3]], classes: [-1] });
  expect([[...score.data], [...indices.data]]).toEqual([[-3], [0]]);
});

test("the score can be the probability", () => {
  expect([
    ...select({ logits: [[0, Math.log(3)]], classes: [0], kind: "probability" }).score.data,
  ]).toEqual([0.5, expect.closeTo(0.75, 6)]);
});
