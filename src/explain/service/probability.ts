import type { Prediction } from "../api";
import type { Profile } from "../model/profile";

/** Softmax over the vector, element-wise sigmoid, or the logits as they are; in double precision. */
export function probabilities(
  logits: ArrayLike<number>,
  activation: Profile["activation"],
): Float64Array {
  const values = Float64Array.from(logits);
  if (activation === "none") return values;
  if (activation === "sigmoid") return values.map((x) => 1 / (1 + Math.exp(-x)));
  const max = values.reduce((a, b) => Math.max(a, b), -Infinity);
  const exponentials = values.map((x) => Math.exp(x - max));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((x) => x / sum);
}

/** The classes of one input, by their scores. */
export interface Ranking {
  /** One class by its index. */
  of(index: number): Prediction;
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
  const probability = probabilities(logits, activation);
  const of = (index: number): Prediction => ({
    index,
    label: labels[index] ?? "",
    logit: logits[index]!,
    probability: probability[index]!,
  });
  const before = (a: number, b: number): boolean => {
    if ((a === backgroundClass) !== (b === backgroundClass)) return b === backgroundClass;
    return logits[a]! > logits[b]! || (logits[a] === logits[b] && a < b);
  };
  return { of, best: (count) => firstOf(logits.length, count, before).map(of) };
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
