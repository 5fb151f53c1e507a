import { shownClasses, type Nearest, type ScoreRequest } from "../api";
import { gradient } from "../gradient";
import type { Builder } from "../graph/builder";
import { divideDims, multiplyDims, printDims } from "../graph/dim";
import type { Dim } from "../graph/graph";
import { GraphError } from "../error";
import { tensor } from "../tensor";
import type { ClassScore } from "./model";
import type { Profile } from "../profile/profile";
import { unclipped } from "./unclipped";

/** The names of the values that select what is explained. */
export interface Selection {
  /** All class scores before any activation, [N,classes]. */
  readonly logits: string;
  /** What is differentiated, [N,classes]: logits, probabilities or their logarithms; of a quantized model before the last rounding. */
  readonly score: string;
  /** The cotangent of `score` whose gradient is that of `value`: [N,classes], or [K,N,classes] for K > 1. */
  readonly seed: string;
  /** The same choice as a cotangent of the model's own class scores, before any activation: what CAM weighs with. */
  readonly logitSeed: string;
  /** Whether `logitSeed` may have negative numbers: a score that is negated or compared, or the first class of a single sigmoid output. */
  readonly isOpposed: boolean;
  /** The number that is explained, [N] or [K,N]. */
  readonly value: string;
  /** int64, [N] or [K,N]: the classes that were explained. */
  readonly classIndices: string;
  /** int64, [N,K,n]: the nearest classes that each is compared with, where it is. */
  readonly references?: string;
}

/** Chooses the classes: int64, [N] or [K,N]. A class index, or −1 for the best class, −2 for the second … */
export const classesInput = "sightline/classes";
/** The further classes of a set: int64, [M]. */
export const alongsideInput = "sightline/alongside";
/** The class that the explained one is compared with: int64, [1]. */
export const versusInput = "sightline/versus";

/** The classes that each explained class is compared with, where they are known: int64, [K,n]. */
export const referencesInput = "sightline/references";

/** What is explained of how many classes. */
export interface SelectionRequest extends ScoreRequest {
  /** K. */
  readonly classes: number;
  /** M: how many further classes are explained together with the one, as a set. */
  readonly alongside?: number;
  /** Whether the nearest classes are fed: those of an image stay the same for all that is made of it. */
  readonly referencesKnown?: boolean;
}

/**
 * Adds the choice of classes to a graph, so that one run finds the best classes and explains them.
 *
 * A model with one sigmoid output has class 0 = that logit; when its profile has two labels, class 1 = the logit and class 0 = minus
 * the logit, or 1 minus the output where its activation cannot be stepped behind.
 */
export function selectClasses(
  g: Builder,
  found: ClassScore,
  profile: Pick<Profile, "activation" | "labels" | "backgroundClass">,
  request: SelectionRequest,
): Selection {
  const { classes } = request;
  const logits = classVector(g, found, profile);
  const real = classVector(g, { ...found, logit: unclipped(g.nodes, found.logit) }, profile);
  const [batch, count] = g.dims(logits);
  if (typeof count !== "number")
    throw new GraphError(logits, `has an unknown number of classes: ${printDims(g.dims(logits))}`);
  const input = g.input(classesInput, "int64", classes === 1 ? [batch!] : [classes, batch!]);
  const classIndices = g.op("Where", [
    g.op("Less", [input, g.scalar(0, input)]),
    bestClasses(g, logits, input, classes, count, profile.backgroundClass),
    input,
  ]);
  const aim = explained(g, real, profile.activation, classIndices, request);
  const logitSeed =
    visibleClasses(found, profile) === found.classes
      ? aim.seed
      : g.op("MatMul", [aim.seed, signs(g, logits)]);
  return { logits, ...aim, logitSeed, isOpposed: isOpposed(found, profile, request), classIndices };
}

/** Whether the cotangent of what is explained may have negative numbers ({@link Selection.isOpposed}). */
export function isOpposed(
  found: ClassScore,
  profile: Pick<Profile, "labels">,
  { negated, versus }: Pick<ScoreRequest, "negated" | "versus">,
): boolean {
  const isTurned = negated === true || versus !== undefined;
  return isTurned || visibleClasses(found, profile) !== found.classes;
}

/** The score that a request asks for, its cotangent, and its value. */
function explained(
  g: Builder,
  logits: string,
  activation: Profile["activation"],
  classIndices: string,
  request: SelectionRequest,
): Pick<Selection, "score" | "seed" | "value" | "references"> {
  const { score: kind, versus } = request;
  if (versus && "nearest" in versus) return finer(g, logits, classIndices, request, versus);
  const score = scores[kind](g, logits, activation);
  const seed = linearSeed(g, score, classIndices, request);
  const product = g.op("Mul", [seed, score]);
  return { score, seed, value: g.op("ReduceSum", [product, g.ints([-1])], { keepdims: 0 }) };
}

/** One-hot for the class, with 1 for those beside it in a set and −1 for the one that it is compared with; all of them turned round when negated. */
function linearSeed(
  g: Builder,
  score: string,
  classIndices: string,
  { negated, versus, alongside = 0 }: SelectionRequest,
): string {
  const sign = negated ? -1 : 1;
  const depth = g.constant(tensor("int64", [g.dims(score).at(-1) as number], []));
  const oneHot = (indices: string, on: number) =>
    g.op("OneHot", [indices, depth, g.constant(tensor(g.type(score), [0, on]))], { axis: -1 });
  let seed = oneHot(classIndices, sign);
  if (alongside > 0) {
    const others = oneHot(g.input(alongsideInput, "int64", [alongside]), sign);
    seed = g.op("Add", [seed, g.op("ReduceSum", [others, g.ints([0])], { keepdims: 1 })]);
  }
  if (versus) seed = g.op("Add", [seed, oneHot(g.input(versusInput, "int64", [1]), -sign)]);
  return seed;
}

/**
 * Finer-CAM's score: Σ_j p_j·(y_c − α·y_j) / Σ_j p_j over the classes j whose logits lie nearest to y_c, p = softmax — Zhang et al., CVPR 2025, as in
 * pytorch-grad-cam's `FinerWeightedTarget`, where p has a gradient too.
 */
function finer(
  g: Builder,
  logits: string,
  classIndices: string,
  { classes, negated, referencesKnown }: SelectionRequest,
  { nearest, alpha }: Nearest,
): Pick<Selection, "score" | "seed" | "value" | "references"> {
  const [batch, count] = g.dims(logits) as [Dim, number];
  const indices =
    classes === 1
      ? g.op("Unsqueeze", [classIndices, g.ints([1])])
      : g.op("Transpose", [classIndices], { perm: [1, 0] });
  const own = g.op("GatherElements", [logits, indices], { axis: 1 });
  const apart = (value: string, axis: number) => g.op("Unsqueeze", [value, g.ints([axis])]);
  const depth = g.constant(tensor("int64", [count], []));
  const itself = g.op("OneHot", [indices, depth, g.constant(tensor(g.type(logits), [0, largest]))]);
  const ranks = Math.min(nearest, count - 1);
  const references = referencesKnown
    ? knownReferences(g, logits, classes, ranks)
    : nearestClasses(g, apart(logits, 1), apart(own, 2), itself, ranks);
  const pick = (value: string) => {
    const repeated = g.op("Add", [apart(value, 1), g.op("Mul", [itself, g.scalar(0, value)])]);
    return g.op("GatherElements", [repeated, references], { axis: 2 });
  };
  const weights = pick(g.op("Softmax", [logits], { axis: -1 }));
  const scaled = g.op("Mul", [pick(logits), g.scalar(alpha, logits)]);
  const over = (value: string) => g.op("ReduceSum", [value, g.ints([2])], { keepdims: 0 });
  const differences = over(g.op("Mul", [weights, g.op("Sub", [apart(own, 2), scaled])]));
  const total = g.op("Add", [over(weights), g.scalar(1e-9, logits)]);
  const contrast = g.op("Div", [differences, total]);
  const byClass = negated ? g.op("Neg", [contrast]) : contrast;
  const [seed] = gradient(g, {
    ...{ of: byClass, wrt: [logits], classes },
    seed: unitSeed(g, byClass, classes),
  });
  const value =
    classes === 1 ? g.reshape(byClass, [batch]) : g.op("Transpose", [byClass], { perm: [1, 0] });
  return { score: logits, seed: seed!, value, references };
}

/** Of each class those whose logits lie nearest to its own, not itself: int64, [N,K,n]. */
function nearestClasses(g: Builder, all: string, own: string, itself: string, ranks: number) {
  const distance = g.op("Abs", [g.op("Sub", [all, own])]);
  const inOrder = [g.op("Add", [distance, itself]), g.ints([ranks])];
  const [, references] = g.ops("TopK", inOrder, 2, { largest: 0 });
  return references!;
}

/** The classes that are fed, the same for every image: int64, [N,K,n]. */
function knownReferences(g: Builder, logits: string, classes: number, ranks: number): string {
  const fed = g.input(referencesInput, "int64", [classes, ranks]);
  const batch = g.op("Slice", [g.op("Shape", [logits]), g.ints([0]), g.ints([1])]);
  return g.op("Expand", [fed, g.op("Concat", [batch, g.ints([classes, ranks])], { axis: 0 })]);
}

const largest = 3e38;

/** The cotangent that takes each column of [N,K] apart: 1 for K = 1, else the unit matrix for each image, [K,N,K]. */
function unitSeed(g: Builder, like: string, classes: number): string {
  const type = g.type(like);
  const shape = g.op("Shape", [like]);
  if (classes === 1) return g.op("Expand", [g.constant(tensor(type, [1], [1, 1])), shape]);
  const unit = Array.from({ length: classes ** 2 }, (_, i) => (i % (classes + 1) === 0 ? 1 : 0));
  const matrix = g.constant(tensor(type, unit, [classes, 1, classes]));
  return g.op("Expand", [matrix, g.op("Concat", [g.ints([classes]), shape], { axis: 0 })]);
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

/** What is made of the logits, by what is asked for. */
const scores: Readonly<
  Record<
    ScoreRequest["score"],
    (g: Builder, logits: string, activation: Profile["activation"]) => string
  >
> = {
  logit: (_g, logits) => logits,
  probability: (g, logits, activation) =>
    ({
      softmax: () => g.op("Softmax", [logits], { axis: -1 }),
      sigmoid: () => g.op("Sigmoid", [logits]),
      none: () => logits,
    })[activation](),
  logProbability: (g, logits, activation) =>
    ({
      softmax: () => g.op("LogSoftmax", [logits], { axis: -1 }),
      // log σ(y) = −log(1 + exp(−y)), which does not overflow.
      sigmoid: () => g.op("Neg", [g.op("Softplus", [g.op("Neg", [logits])])]),
      none: () => g.op("Log", [logits]),
    })[activation](),
};

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
