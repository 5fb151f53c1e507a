import type { ClassChoice, Prediction } from "../api";
import type { Profile } from "../profile/profile";

/** Softmax over the vector, element-wise sigmoid, or the logits as they are; in double precision. */
export function probabilities(
  logits: ArrayLike<number>,
  activation: Profile["activation"],
): Float64Array {
  const of = probabilityOf(logits, activation);
  return Float64Array.from(logits, (_, index) => of(index));
}

/** The probability of one class: a softmax's sum is made once, its quotients only where they are asked for. */
function probabilityOf(
  logits: ArrayLike<number>,
  activation: Profile["activation"],
): (index: number) => number {
  if (activation === "none") return (index) => logits[index]!;
  if (activation === "sigmoid") return (index) => 1 / (1 + Math.exp(-logits[index]!));
  let max = -Infinity;
  for (let i = 0; i < logits.length; i++) max = Math.max(max, logits[i]!);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - max);
  return (index) => Math.exp(logits[index]! - max) / sum;
}

/** The probability of several classes together: of any of them or, where classes do not exclude each other, the mean of theirs. */
export function togetherOf(
  probability: (index: number) => number,
  set: readonly number[],
  activation: Profile["activation"],
): number {
  const indices = [...new Set(set)];
  const sum = indices.reduce((total, index) => total + probability(index), 0);
  return activation === "softmax" ? sum : sum / indices.length;
}

/** The classes of one input, by their scores. */
export interface Ranking {
  /** One class by its index. */
  of(index: number): Prediction;
  /** The classes that were asked for, of a set the first, with the probability of the whole. */
  asked(indices: ArrayLike<number>, classes: ClassChoice): Prediction[];
  /**
   * The best classes, best first; the background class comes last, since it means "nothing". Equal logits keep the order of their indices.
   */
  best(count: number): Prediction[];
}

/** Puts the class scores of one input in order. */
export function rankClasses(
  logits: ArrayLike<number>,
  {
    activation,
    labels,
    backgroundClass,
  }: Pick<Profile, "activation" | "labels" | "backgroundClass">,
): Ranking {
  const probability = probabilityOf(logits, activation);
  const of = (index: number): Prediction => ({
    index,
    label: labels[index] ?? "",
    logit: logits[index]!,
    probability: probability(index),
  });
  const before = (a: number, b: number): boolean => {
    if ((a === backgroundClass) !== (b === backgroundClass)) return b === backgroundClass;
    return logits[a]! > logits[b]! || (logits[a] === logits[b] && a < b);
  };
  const asked = (indices: ArrayLike<number>, classes: ClassChoice) =>
    Array.from(indices, (index) =>
      "set" in classes
        ? { ...of(index), probability: togetherOf(probability, classes.set, activation) }
        : of(index),
    );
  return { of, asked, best: (count) => firstOf(logits.length, count, before).map(of) };
}

/** The first `count` of the numbers 0 to `length` − 1 in the order of `before`: few of many, which sorting would take a hundred times as long for. */
function firstOf(
  length: number,
  count: number,
  before: (a: number, b: number) => boolean,
): number[] {
  const first: number[] = [];
  for (let index = 0; index < length; index++) {
    if (first.length === count && !before(index, first.at(-1)!)) continue;
    let place = first.length;
    while (place > 0 && before(index, first[place - 1]!)) place--;
    first.splice(place, 0, index);
    first.length = Math.min(first.length, count);
  }
  return first;
}
