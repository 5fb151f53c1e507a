import { checkCancelled, type Cancellation } from "../error";
import type { Bitmap } from "../image/image";
import { see, toTensor } from "../picture/preprocess";
import type { Picture } from "../picture/resample";
import { probabilities } from "../service/probability";
import type { Tensor } from "../tensor";
import type { Convention } from "./convention";
import type { ImageInput } from "../model/model";
import type { Profile } from "./profile";

/** How one convention did. All are means over the images. */
export interface ConventionResult {
  readonly id: string;
  readonly title: string;
  readonly kin: string;
  readonly range: Profile["range"];
  /** Probability of the most probable class, 0 to 1. Grows with the input's range, right or wrong. */
  readonly confidence: number;
  /** How many standard deviations the best score lies above the mean score; knows no range. NaN below three classes. */
  readonly contrast: number;
  /** How much the answers differ from image to image: mutual information of image and class, as a share of its maximum. */
  readonly variety: number;
}

/** Which convention a model follows, as far as trying tells. Plain data: worth remembering for each model. */
export interface Trial {
  readonly winner: string;
  readonly images: number;
  /** Whether the winner stands out clearly enough, on enough images. */
  readonly sure: boolean;
  /** Best first. */
  readonly results: readonly ConventionResult[];
  /** In plain words: the winner, the runner-up, how sure it is. */
  readonly text: string;
  /** By how much it won. */
  readonly figures: string;
}

export interface TrialRequest {
  /** Upright images; the first 16 are used. */
  readonly images: AsyncIterable<Bitmap> | Iterable<Bitmap>;
  readonly conventions: readonly Convention[];
  /** Everything but the conventions' fields is taken from here. */
  readonly profile: Profile;
  readonly input: Pick<ImageInput, "layout" | "channels">;
  /** The class scores before any activation of one input, [1,C,H,W] or [1,H,W,C]. */
  scores(input: Tensor): Promise<Pick<Tensor, "data">>;
  readonly progress?: (fraction: number) => void;
  readonly signal?: Cancellation;
}

export const mostTrialImages = 16;
const enoughImages = 4;
/** Contrasts closer than this, relatively, are a tie. */
const clearly = 0.05;

/** Runs the network on the same images under every convention. `undefined` without images or conventions. */
export async function tryConventions(request: TrialRequest): Promise<Trial | undefined> {
  const { conventions, profile, input, scores, progress, signal } = request;
  const pictures = await seenPictures(request);
  if (pictures.length === 0 || conventions.length === 0) return undefined;
  const results: ConventionResult[] = [];
  let done = 0;
  for (const convention of conventions) {
    const answers: Float64Array[] = [];
    for (const picture of pictures) {
      checkCancelled(signal);
      answers.push(
        Float64Array.from((await scores(toTensor(picture, convention.fields, input))).data),
      );
      progress?.(++done / (conventions.length * pictures.length));
    }
    results.push(measure(convention, answers, profile.activation));
  }
  // A convention under which the network overflows is none.
  const usable = results.filter(({ confidence }) => Number.isFinite(confidence));
  return usable.length > 0 ? judge(usable, pictures.length) : undefined;
}

async function seenPictures({ images, profile, conventions }: TrialRequest): Promise<Picture[]> {
  const colour = conventions[0]?.fields.colour ?? profile.colour;
  const pictures: Picture[] = [];
  for await (const image of images) {
    pictures.push(see(image, { ...profile, colour }).picture);
    if (pictures.length === mostTrialImages) break;
  }
  return pictures;
}

function measure(
  { id, title, kin, fields }: Convention,
  answers: readonly Float64Array[],
  activation: Profile["activation"],
): ConventionResult {
  return {
    id,
    title,
    kin,
    range: fields.range,
    confidence: mean(answers.map((scores) => topProbability(scores, activation))),
    contrast: mean(answers.map(contrastOf)),
    variety: varietyOf(
      answers.map((scores) =>
        probabilities(scores.length === 1 ? [scores[0]!, 0] : scores, "softmax"),
      ),
    ),
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function topProbability(scores: Float64Array, activation: Profile["activation"]): number {
  const all = probabilities(scores, activation === "none" ? "softmax" : activation);
  return all.length === 1 ? Math.max(all[0]!, 1 - all[0]!) : Math.max(...all);
}

function contrastOf(scores: Float64Array): number {
  if (scores.length < 3) return NaN;
  const centre = mean([...scores]);
  const deviation = Math.sqrt(mean([...scores].map((score) => (score - centre) ** 2)));
  return deviation > 0 ? (Math.max(...scores) - centre) / deviation : 0;
}

/** Entropy of the mean answer minus mean entropy of the answers, over log K. */
function varietyOf(answers: readonly Float64Array[]): number {
  const classes = answers[0]!.length;
  const average = Float64Array.from({ length: classes }, (_, k) =>
    mean(answers.map((answer) => answer[k]!)),
  );
  return (entropy(average) - mean(answers.map(entropy))) / Math.log(classes);
}

const entropy = (distribution: Float64Array): number =>
  distribution.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);

/**
 * Confidence alone misleads: a network that expects 0–1 is surest of itself on 0–255, where everything saturates. So first the range is
 * chosen, then within it the convention under which the best score stands out most. On 76 sets of images and networks whose convention is
 * known (16 small ones trained for this, SqueezeNet, MobileNet, ResNet-20) the highest confidence was right 6 times; this chose the
 * right range 76 times and the right convention 41 times, the others being its neighbours (−1–1 for 0–1, and the like).
 */
function judge(results: readonly ConventionResult[], images: number): Trial {
  const large = results.filter(({ range }) => range === 255);
  const small = results.filter(({ range }) => range === 1);
  const [first, second] = needsLargeRange(small, large) ? [large, small] : [small, large];
  const ranked = [...ranking(first), ...ranking(second)];
  const winner = ranked[0]!;
  const runnerUp = ranked.find(({ kin }) => kin !== winner.kin);
  return {
    winner: winner.id,
    images,
    results: ranked,
    ...describe(winner, runnerUp, images),
  };
}

/** Under 0–1 the network hardly answers, or gives every image nearly the same answer; under 0–255 it does not. */
function needsLargeRange(
  small: readonly ConventionResult[],
  large: readonly ConventionResult[],
): boolean {
  if (small.length === 0 || large.length === 0) return small.length === 0;
  const best = (results: readonly ConventionResult[], key: "confidence" | "variety") =>
    Math.max(...results.map((result) => result[key]));
  const surer = best(large, "confidence") > 1.5 * best(small, "confidence");
  const livelier = best(large, "variety") > Math.max(0.01, 5 * best(small, "variety"));
  return surer || livelier;
}

/**
 * By contrast, and where that ties (as it does with few classes, where it cannot grow) by confidence; with fewer than three classes, which
 * have no contrast, by confidence alone, saturated ones last.
 */
function ranking(results: readonly ConventionResult[]): ConventionResult[] {
  const merit = ({ contrast, confidence }: ConventionResult) =>
    Number.isNaN(contrast) ? confidence - Number(confidence > 0.99) : contrast;
  const sorted = [...results].sort((a, b) => merit(b) - merit(a));
  const best = sorted[0]?.contrast ?? NaN;
  const ties = sorted.filter(({ contrast }) => best - contrast <= clearly * best);
  const others = sorted.filter((result) => !ties.includes(result));
  return [...ties.sort((a, b) => b.confidence - a.confidence), ...others];
}

type Verdict = Pick<Trial, "sure" | "text" | "figures">;

/** In plain words what won, and how sure that is; in figures by how much. */
function describe(
  winner: ConventionResult,
  runnerUp: ConventionResult | undefined,
  images: number,
): Verdict {
  const figures = [winner, ...(runnerUp ? [runnerUp] : [])].map(figuresOf).join("; runner-up ");
  const count = `${images} image${images === 1 ? "" : "s"}`;
  const tried = `tried on ${count}`;
  const doubt = doubtOf(winner, runnerUp, images);
  if (!runnerUp) {
    const text = `${winner.title} is all that can be tried`;
    return { sure: doubt === "none", text: `${text}; ${tried}`, figures };
  }
  const before = `${winner.title} fits best, before the runner-up ${runnerUp.title}`;
  const texts: Readonly<Record<Doubt, string>> = {
    none: `${winner.title} fits best, the runner-up ${runnerUp.title} clearly less; ${tried}`,
    fewImages: `${before}; not sure: ${count} ${images === 1 ? "is" : "are"} too few to tell`,
    fewClasses: `${before}; not sure: with so few classes trying tells little; ${tried}`,
    close: `${before}, which fits nearly as well; not sure; ${tried}`,
  };
  return { sure: doubt === "none", text: texts[doubt], figures };
}

type Doubt = "none" | "fewImages" | "fewClasses" | "close";

function doubtOf(
  winner: ConventionResult,
  runnerUp: ConventionResult | undefined,
  images: number,
): Doubt {
  if (images < enoughImages) return "fewImages";
  if (!runnerUp) return "none";
  // With fewer than three classes there is no contrast, and nothing is sure.
  if (Number.isNaN(winner.contrast)) return "fewClasses";
  return winner.contrast - runnerUp.contrast > clearly * winner.contrast ? "none" : "close";
}

function figuresOf({ title, confidence, contrast }: ConventionResult): string {
  const probability = `mean probability of the best class of ${confidence.toFixed(2)}`;
  return Number.isNaN(contrast)
    ? `${title}: ${probability}`
    : `${title}: best score ${contrast.toFixed(1)} σ above the mean score, at a ${probability}`;
}
