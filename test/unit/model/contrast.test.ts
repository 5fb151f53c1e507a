import { describe, expect, test } from "vitest";
import type { Nearest } from "../../../src/explain/api";
import { Builder } from "../../../src/explain/graph/builder";
import {
  alongsideInput,
  classesInput,
  selectClasses,
  versusInput,
  type SelectionRequest,
} from "../../../src/explain/model/target";
import { evaluate } from "../../../src/explain/runtime/reference";
import { tensor, type Tensor } from "../../../src/explain/tensor";
import { close } from "../../helper/gradient";

interface Asked extends Partial<SelectionRequest> {
  readonly activation?: "softmax" | "sigmoid" | "none";
  /** The classes explained, each in every image; the first one by default. */
  readonly of?: readonly number[];
  /** The further classes of a set. */
  readonly others?: readonly number[];
}

/** What is explained of images with these logits, in float64. */
function chosen(
  logits: readonly (readonly number[])[],
  { activation = "softmax", of = [0], others = [], ...request }: Asked,
) {
  const g = new Builder();
  const [images, count] = [logits.length, logits[0]!.length];
  const logit = g.input("logit", "float64", ["N", count]);
  const found = { output: logit, logit, reason: "", candidates: [], tail: "none" } as const;
  const { score, seed, value } = selectClasses(
    g,
    { ...found, classes: count },
    { activation, labels: [] },
    { score: "logit", classes: of.length, alongside: others.length, ...request },
  );
  const graph = g.finish([score, seed, value]);
  const indices = of.flatMap((index) => logits.map(() => index));
  const versus = request.versus && "class" in request.versus ? [request.versus.class] : [];
  const all: Readonly<Record<string, Tensor>> = {
    logit: tensor("float64", logits.flat(), [images, count]),
    [classesInput]: tensor("int64", indices, of.length === 1 ? [images] : [of.length, images]),
    [alongsideInput]: tensor("int64", others),
    [versusInput]: tensor("int64", versus),
  };
  const results = evaluate(
    graph,
    Object.fromEntries(graph.inputs.map(({ name }) => [name, all[name]!])),
  );
  return { score: results[score]!, seed: results[seed]!, value: results[value]! };
}

describe("the logarithm of the probability", () => {
  // σ(0) = 1/2, σ(ln 3) = 3/4, σ(−ln 4) = 1/5.
  const logits = [[0, Math.log(3), -Math.log(4)]];

  test("is that of each sigmoid", () => {
    const asked = { activation: "sigmoid", score: "logProbability" } as const;
    const { score, value } = chosen(logits, { ...asked, of: [2] });
    close(score.data, [-Math.log(2), Math.log(0.75), -Math.log(5)], 1e-12, "scores");
    close(value.data, [-Math.log(5)], 1e-12, "value");
    const negated = chosen(logits, { ...asked, of: [2], negated: true });
    close(negated.value.data, [Math.log(5)], 1e-12, "negated");
  });

  test("is finite where a sigmoid is 0 or 1 to all digits", () => {
    const far = chosen([[-800, 800]], { activation: "sigmoid", score: "logProbability" });
    close(far.score.data, [-800, 0], 0, "scores");
  });

  test("is that of the softmax, and the logarithm of outputs that are probabilities already", () => {
    const { score } = chosen(logits, { score: "logProbability" });
    // e^y = 1, 3, 1/4.
    const sum = Math.log(4.25);
    close(score.data, [-sum, Math.log(3) - sum, -Math.log(4) - sum], 1e-12, "softmax");
    const plain = chosen([[0.25, 0.5]], { activation: "none", score: "logProbability" });
    close(plain.score.data, [-Math.log(4), -Math.log(2)], 1e-12, "none");
  });
});

describe("the seed", () => {
  const logits = [[5, 3, 2, 7]];
  const seedOf = (asked: Asked) => {
    const { seed, value } = chosen(logits, asked);
    const numbers = (data: ArrayLike<number>) => Array.from(data, (one) => one + 0);
    return { seed: numbers(seed.data), value: numbers(value.data) };
  };

  test("of a class rather than another takes the other away; negated, both turn round", () => {
    const versus = { class: 3 };
    expect(seedOf({ versus })).toEqual({ seed: [1, 0, 0, -1], value: [-2] });
    expect(seedOf({ versus, negated: true })).toEqual({ seed: [-1, 0, 0, 1], value: [2] });
  });

  test("of several classes rather than another is that of each", () => {
    const versus = { class: 3 };
    const asked = { of: [1, 0], versus };
    expect(seedOf(asked)).toEqual({ seed: [0, 1, 0, -1, 1, 0, 0, -1], value: [-4, -2] });
    expect(seedOf({ ...asked, negated: true })).toEqual({
      seed: [0, -1, 0, 1, -1, 0, 0, 1],
      value: [4, 2],
    });
  });

  test("of a set has all of its classes; negated, all turn round", () => {
    const others = [1, 3];
    expect(seedOf({ others })).toEqual({ seed: [1, 1, 0, 1], value: [15] });
    expect(seedOf({ others, negated: true })).toEqual({ seed: [-1, -1, 0, -1], value: [-15] });
  });
});

/** Zhang et al., CVPR 2025: Σ_j p_j·(y_c − α·y_j) / (Σ_j p_j + 1e-9) over the logits nearest to y_c, p = softmax. */
function finerScore(y: readonly number[], c: number, { nearest, alpha }: Nearest): number {
  const total = y.reduce((sum, value) => sum + Math.exp(value), 0);
  const references = y
    .map((value, j) => ({ j, distance: Math.abs(value - y[c]!) }))
    .filter(({ j }) => j !== c)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, nearest);
  let [above, below] = [0, 1e-9];
  for (const { j } of references) {
    const p = Math.exp(y[j]!) / total;
    above += p * (y[c]! - alpha * y[j]!);
    below += p;
  }
  return above / below;
}

/** ∂finerScore/∂y by central differences. */
function finerGradient(y: readonly number[], c: number, versus: Nearest): number[] {
  const step = 1e-5;
  return y.map((_, i) => {
    const moved = (by: number) => y.map((value, j) => (j === i ? value + by : value));
    const [ahead, behind] = [step, -step].map((by) => finerScore(moved(by), c, versus));
    return (ahead! - behind!) / (2 * step);
  });
}

describe("the contrast with the nearest classes", () => {
  const logits = [
    [2, 1.1, -0.7, 2.4, 0.3],
    [-1, 0.9, 1.6, -0.2, 3],
  ];

  test("of one class by hand", () => {
    // Nearest to y₀ = 0 is y₁ = ln 2: p cancels, and what is left is y₀ − α·y₁.
    const y = [[0, Math.log(2), -3]];
    const half = chosen(y, { versus: { nearest: 1, alpha: 0.5 } });
    close(half.value.data, [-0.5 * Math.log(2)], 1e-8, "α = 0.5");
    close(half.seed.data, [1, -0.5, 0], 1e-8, "seed");
    const all = chosen(y, { versus: { nearest: 1, alpha: 1 }, negated: true });
    close(all.value.data, [Math.log(2)], 1e-8, "negated");
    close(all.seed.data, [-1, 1, 0], 1e-8, "negated seed");
  });

  for (const negated of [false, true]) {
    test.each([
      [1, 0.6],
      [2, 0.6],
      [2, 1],
      [3, 0],
      [9, 0.6],
    ])(`of the %i nearest, α = %f, is the formula's${negated ? ", negated" : ""}`, (...asked) => {
      const versus = { nearest: asked[0], alpha: asked[1] };
      const sign = negated ? -1 : 1;
      for (const of of [[3], [0, 4]]) {
        const { value, seed } = chosen(logits, { of, versus, negated });
        const each = of.flatMap((c) => logits.map((y) => [y, c] as const));
        const scores = each.map(([y, c]) => sign * finerScore(y, c, versus));
        const slopes = each.flatMap(([y, c]) =>
          finerGradient(y, c, versus).map((slope) => sign * slope),
        );
        close(value.data, scores, 1e-9, `value of ${of.join()}`);
        close(seed.data, slopes, 1e-7, `seed of ${of.join()}`);
      }
    });
  }
});
