import type { ClassChoice, ScoreRequest } from "../api";
import { SightlineError } from "../error";
import { isOpposed, visibleClasses } from "../model/target";
import type { Profile } from "../profile/profile";
import type { SessionModel } from "../session";
import { placeOf, type Aim, type MethodChoice } from "./program";

/** What is to be explained of one input. */
export interface Question extends ScoreRequest {
  readonly methods: readonly MethodChoice[];
  readonly layer: string;
  /** Further layers whose maps are joined with that of `layer`. */
  readonly fusedLayers?: readonly string[];
  /** See {@link ExplainRequest.augmented}. */
  readonly augmented?: boolean;
  readonly classes: ClassChoice;
  readonly profile: Profile;
}

/** The layers of a question, each once. */
export function layersOf({
  layer,
  fusedLayers = [],
}: Pick<Question, "layer" | "fusedLayers">): readonly string[] {
  return [...new Set([layer, ...fusedLayers])];
}

/** Where a method reads, each once: the layers of the question, or "" for the image. */
export function placesOf(choice: MethodChoice, question: Question): readonly string[] {
  return placeOf(choice) === "input" ? [""] : layersOf(question);
}

/** Whether the question fits the model: throws `SightlineError` that names the model and says what to ask instead. */
export function checkQuestion(model: SessionModel, question: Question): void {
  for (const choice of question.methods) {
    const layers = placesOf(choice, question);
    for (const layer of layers) checkMethod(model, choice, layer, question);
    if (question.augmented) checkAugmented(model, choice, layers);
  }
  checkScore(model, question);
}

/**
 * The question without the methods that do not apply, and why they do not. Throws `SightlineError` when none is left, or for what concerns them all.
 */
export function withoutRefused(
  model: SessionModel,
  question: Question,
): { readonly question: Question; readonly refused: readonly Refused[] } {
  const refused: Refused[] = [];
  const methods = question.methods.filter((choice) => {
    try {
      checkQuestion(model, { ...question, methods: [choice] });
      return true;
    } catch (cause) {
      const isOwn = cause instanceof SightlineError && cause.code === "method";
      if (!isOwn || question.methods.length === 1) throw cause;
      refused.push({ method: choice.method.id, cause });
      return false;
    }
  });
  if (methods.length === 0 && refused[0]) throw refused[0].cause;
  return { question: { ...question, methods }, refused };
}

/** A method that does not apply, and why. */
export interface Refused {
  readonly method: string;
  readonly cause: SightlineError;
}

/** What one of several methods throws of itself; anything else goes on. */
export function refusedOf(
  { method }: MethodChoice,
  cause: unknown,
  methods: readonly MethodChoice[],
): Refused {
  const isOwn = cause instanceof SightlineError && cause.code === "method";
  if (!isOwn || methods.length === 1) throw cause;
  return { method: method.id, cause };
}

function checkMethod(
  { anatomy, graph, file }: SessionModel,
  choice: MethodChoice,
  layer: string,
  asked: Pick<Question, "negated" | "versus" | "profile">,
): void {
  const { method, values } = choice;
  const isLayer = anatomy.layers.some(({ name }) => name === layer);
  if (placeOf(choice) !== "input" && !isLayer) {
    if (layer === "") {
      const problem = `${method.title} reads at a layer, and this model has none: ${anatomy.layerReason}`;
      throw new SightlineError("method", `${file}: ${problem}`, { file, method: method.id });
    }
    const problem = `there is no layer “${layer}” with rows and columns; sightline inspect lists the layers.`;
    throw new SightlineError("input", `${file}: ${problem}`, { file, layer });
  }
  const refusal = method.refuses({ graph, anatomy }, layer, values, {
    isOpposed: isOpposed(anatomy.score, asked.profile, asked),
  });
  if (refusal)
    throw new SightlineError("method", `${file}: ${refusal}`, { file, method: method.id });
}

/** A mirror image's map is turned back at the layer: it must be one of the whole image, or of its middle, or be brought to the input's resolution first. */
function checkAugmented(
  { anatomy, file }: SessionModel,
  choice: MethodChoice,
  layers: readonly string[],
): void {
  const { title, id } = choice.method;
  const problem = (sentence: string) =>
    new SightlineError("method", `${file}: ${sentence}`, { file, method: id });
  if (placeOf(choice) !== "layer") {
    throw problem(
      `${title} is no method whose map lies at a layer, and only those are averaged over mirrored, darker and brighter images; leave that out, or choose Grad-CAM.`,
    );
  }
  const [layer, ...others] = layers;
  const extent = anatomy.layers.find(({ name }) => name === layer)?.extent;
  if (others.length === 0 && extent && Math.abs(extent.x0 + extent.x1 - 1) > 1e-6) {
    throw problem(
      `“${layer}” sees a part of the image that is not its middle, so that its map of the mirror image is one of another part; leave the average over mirrored images out, or choose another layer.`,
    );
  }
}

function checkScore(model: SessionModel, { score, versus, classes, profile }: Question): void {
  if (!versus) return;
  const { file, anatomy } = model;
  const problem = (sentence: string) =>
    new SightlineError("input", `${file}: ${sentence}`, { file });
  if ("set" in classes) {
    throw problem("a set of classes cannot be compared with another class; choose one of the two.");
  }
  if ("class" in versus) {
    if ("indices" in classes && classes.indices.includes(versus.class)) {
      throw problem(`class ${versus.class} cannot be compared with itself; choose another one.`);
    }
    return checkIndex(model, versus.class, profile);
  }
  if (score !== "logit") {
    throw problem(`the contrast with the nearest classes is one of logits, not of ${score}.`);
  }
  if (visibleClasses(anatomy.score, profile) < 2) {
    throw problem("a model of one class has no nearest class to compare with.");
  }
}

function checkIndex(
  { file, anatomy }: SessionModel,
  index: number,
  profile: Question["profile"],
): void {
  const count = visibleClasses(anatomy.score, profile);
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  const message = `${file}: there is no class ${index}; the classes are 0 to ${count - 1}.`;
  throw new SightlineError("input", message, { file, index });
}

/** The classes as a program takes them. */
export interface ChosenClasses {
  /** Ranks −1, −2 …, or indices: one for each map. */
  readonly of: readonly number[];
  /** The further classes of a set. */
  readonly alongside: readonly number[];
  /** The nearest classes that each is compared with, once they are known: n for each of `of`. */
  readonly references?: readonly number[];
}

/** Throws `SightlineError` for a class that the model does not have. */
export function chooseClasses(
  model: SessionModel,
  { classes, profile }: Pick<Question, "classes" | "profile">,
): ChosenClasses {
  if ("top" in classes) {
    const count = visibleClasses(model.anatomy.score, profile);
    const ranked = count - (profile.backgroundClass === undefined ? 0 : 1);
    const length = Math.max(1, Math.min(classes.top, ranked));
    return { of: Array.from({ length }, (_, rank) => -1 - rank), alongside: [] };
  }
  const indices = "set" in classes ? [...new Set(classes.set)] : classes.indices;
  for (const index of indices) checkIndex(model, index, profile);
  if (!("set" in classes)) return { of: indices, alongside: [] };
  const [first, ...others] = indices;
  if (first !== undefined) return { of: [first], alongside: others };
  throw new SightlineError(
    "input",
    `${model.file}: the set of classes is empty; name one at least.`,
  );
}

/** What a program has to know of a question, besides methods and layers. */
export function aimOf(
  { score, negated, versus }: ScoreRequest,
  { of, alongside, references }: ChosenClasses,
): Omit<Aim, "images"> {
  const referencesKnown = references !== undefined;
  const classes = of.length;
  return { score, negated, versus, classes, alongside: alongside.length, referencesKnown };
}
