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

/**
 * Every class with its logit and probability, best first; the background class comes last, since it means "nothing". Equal logits
 * keep the order of their indices.
 */
export function rankClasses(
  logits: ArrayLike<number>,
  {
    activation,
    labels,
    backgroundClass,
  }: Pick<Profile, "activation" | "labels" | "backgroundClass">,
): Prediction[] {
  const probability = probabilities(logits, activation);
  return Array.from(logits, (logit, index) => ({
    index,
    label: labels[index] ?? "",
    logit,
    probability: probability[index]!,
  })).sort(
    (a, b) =>
      Number(a.index === backgroundClass) - Number(b.index === backgroundClass) ||
      b.logit - a.logit ||
      a.index - b.index,
  );
}
