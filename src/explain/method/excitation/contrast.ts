import type { Builder } from "../../graph/builder";
import type { Anatomy } from "../../model/model";
import type { Target } from "../method";
import { between, classifierOf, wayToUnits, type Classifier } from "./classifier";
import { layerOf } from "./linearLayer";
import { propagate, topSignal, type Winning } from "./propagate";
import { isOnEveryPath, type Way } from "./way";

/** Where units and their duals, those with negated weights, compete. */
export interface Contrast {
  /** The layer where both arrive. */
  readonly at: string;
  /** Absent where the dual units are not those of the class scores. */
  readonly classifier?: Classifier;
}

/**
 * Where a contrast is taken, or why it cannot be, in one sentence.
 *
 * @param asked is the name of a value, or empty for the layer below the classifier.
 */
export function contrastOf(way: Way, anatomy: Anatomy, asked = ""): Contrast | string {
  const classifier = classifierOf(way, anatomy);
  const at = asked || classifier?.below;
  if (at === undefined) {
    return (
      "The contrast is taken below the one layer that makes the class scores, and this model has none whose weights are constant; " +
      "use MWP instead, or name another layer to take it at."
    );
  }
  if (at === classifier?.below) return { at, classifier };
  const problem = !way.live.has(at)
    ? "the model has no value of that name between image and score"
    : dualsAt(way, at).size === 0
      ? "no layer with constant weights lies behind it"
      : isOnEveryPath(way, at)
        ? undefined
        : "a way from the image to the score goes round it";
  if (!problem) return { at };
  const instead = classifier ? `; choose “${classifier.below}” or a layer before it` : "";
  return `The contrast cannot be taken at “${at}”: ${problem}${instead}.`;
}

/** The layers with weights that come first behind a value. */
function dualsAt(way: Way, at: string): ReadonlySet<string> {
  const layers = between(way, at, way.score).filter((node) => layerOf(way, node));
  const first = layers.filter(({ inputs }) => {
    const before = inputs.flatMap((input) => (input === at ? [] : between(way, at, input)));
    return !before.some((node) => layers.includes(node));
  });
  return new Set(first.map(({ name }) => name));
}

/** The winning probabilities that a signal at the class scores has where a contrast is taken: by the units themselves, or by their duals. */
export function winnersAt(
  g: Builder,
  way: Way,
  { at, classifier }: Contrast,
  target: Target,
): Record<"own" | "dual", (signal: (top: string) => string) => Winning> {
  const units = classifier ? wayToUnits(g, way, classifier) : way;
  const duals = dualsAt(units, at);
  const from = (signal: (top: string) => string, negated?: ReadonlySet<string>) => {
    const top = topSignal(g, units, target);
    return propagate(g, units, { ...top, p: signal(top.p) }, at, target, negated);
  };
  return { own: (signal) => from(signal), dual: (signal) => from(signal, duals) };
}

/**
 * The value that is read for a place: itself, or, behind the layer where the contrast is taken and before the pooling of a classifier convolution, that layer, since a convolution of
 * single places keeps what each place has in all.
 */
export function readFor(place: string, { at, classifier }: Contrast): string {
  return classifier?.pooled.has(place) ? at : place;
}
