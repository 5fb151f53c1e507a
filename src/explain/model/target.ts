import { shownClasses, type ScoreKind } from "../api";
import type { Builder } from "../graph/builder";
import { divideDims, multiplyDims, printDims } from "../graph/dim";
import { GraphError } from "../error";
import { tensor } from "../tensor";
import type { ClassScore } from "./model";
import type { Profile } from "../profile/profile";
import { unclipped } from "./unclipped";

/** The names of the values that select what is explained. */
export interface Selection {
  /** All class scores before any activation, [N,classes]. */
  readonly logits: string;
  /** What is differentiated, [N,classes]: the logits or the probabilities; of a quantized model before the last rounding. */
  readonly score: string;
  /** One-hot over `score`: [N,classes], or [K,N,classes] for K > 1. */
  readonly seed: string;
  /** The same choice as a cotangent of the model's own class scores, before any activation: what CAM weighs with. */
  readonly logitSeed: string;
  /** int64, [N] or [K,N]: the classes that were explained. */
  readonly classIndices: string;
  /** The input that chooses them: int64, shaped as `classIndices`. A class index, or −1 for the best class, −2 for the second … */
  readonly classesInput: string;
}

export const classesInput = "sightline/classes";

/**
 * Adds the choice of classes to a graph, so that one run finds the best classes and explains them.
 *
 * A model with one sigmoid output has class 0 = that logit; when its profile has two labels, class 1 = the logit and class 0 = minus
 * the logit, or 1 minus the output where its activation cannot be stepped behind.
 *
 * @param classes K, how many classes are explained at once.
 */
export function selectClasses(
  g: Builder,
  found: ClassScore,
  profile: Pick<Profile, "activation" | "labels" | "backgroundClass">,
  kind: ScoreKind,
  classes: number,
): Selection {
  const logits = classVector(g, found, profile);
  const real = classVector(g, { ...found, logit: unclipped(g.nodes, found.logit) }, profile);
  const score = kind === "logit" ? real : probabilities(g, real, profile.activation);
  const [batch, count] = g.dims(logits);
  if (typeof count !== "number")
    throw new GraphError(logits, `has an unknown number of classes: ${printDims(g.dims(logits))}`);
  const input = g.input(classesInput, "int64", classes === 1 ? [batch!] : [classes, batch!]);
  const classIndices = g.op("Where", [
    g.op("Less", [input, g.scalar(0, input)]),
    bestClasses(g, logits, input, classes, count, profile.backgroundClass),
    input,
  ]);
  const onOff = g.constant(tensor(g.type(score), [0, 1]));
  const seed = g.op("OneHot", [classIndices, g.constant(tensor("int64", [count], [])), onOff], {
    axis: -1,
  });
  const logitSeed =
    visibleClasses(found, profile) === found.classes
      ? seed
      : g.op("MatMul", [seed, signs(g, logits)]);
  return { logits, score, seed, logitSeed, classIndices, classesInput: input };
}

/** How many classes the user sees: two for a single sigmoid output with two labels. */
export function visibleClasses(found: ClassScore, profile: Pick<Profile, "labels">): number {
  return found.classes === 1 && profile.labels.length === 2 ? 2 : found.classes;
}

function classVector(g: Builder, found: ClassScore, profile: Pick<Profile, "labels">): string {
  const batch = divideDims(multiplyDims(g.dims(found.logit)), found.classes);
  if (batch === undefined) {
    const shape = printDims(g.dims(found.logit));
    throw new GraphError(found.logit, `has the shape ${shape} for ${found.classes} classes`);
  }
  const logit = g.reshape(found.logit, [batch, found.classes]);
  if (visibleClasses(found, profile) === found.classes) return logit;
  const other =
    found.tail === "inside" ? g.op("Sub", [g.scalar(1, logit), logit]) : g.op("Neg", [logit]);
  return g.op("Concat", [other, logit], { axis: 1 });
}

/** ∂[−logit, logit]/∂logit, [2,1]. */
function signs(g: Builder, like: string): string {
  return g.constant(tensor(g.type(like), [-1, 1], [2, 1]));
}

function probabilities(g: Builder, logits: string, activation: Profile["activation"]): string {
  if (activation === "none") return logits;
  return activation === "softmax"
    ? g.op("Softmax", [logits], { axis: -1 })
    : g.op("Sigmoid", [logits]);
}

/** For a rank −1 − r in `input`, the class that is number r by logit; the background class never ranks. */
function bestClasses(
  g: Builder,
  logits: string,
  input: string,
  classes: number,
  count: number,
  backgroundClass: number | undefined,
): string {
  const ranks = Math.min(Math.max(classes, shownClasses), count);
  let ranked = logits;
  if (backgroundClass !== undefined) {
    const handicap = Array.from({ length: count }, (_, i) => (i === backgroundClass ? -3e38 : 0));
    ranked = g.op("Add", [logits, g.constant(tensor(g.type(logits), handicap))]);
  }
  const [, best] = g.ops("TopK", [ranked, g.ints([ranks])], 2, { axis: -1 });
  const one = g.scalar(-1, input);
  const rank = g.op("Clip", [
    g.op("Sub", [one, input]),
    g.scalar(0, input),
    g.scalar(ranks - 1, input),
  ]);
  if (classes === 1) {
    const column = g.op("GatherElements", [best!, g.op("Unsqueeze", [rank, g.ints([1])])], {
      axis: 1,
    });
    return g.op("Squeeze", [column, g.ints([1])]);
  }
  const columns = g.op("GatherElements", [best!, g.op("Transpose", [rank], { perm: [1, 0] })], {
    axis: 1,
  });
  return g.op("Transpose", [columns], { perm: [1, 0] });
}
