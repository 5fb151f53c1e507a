import type { AttributionMap } from "../api";
import type { Exhibit } from "../judge/judge";
import type { Work } from "../method/work";
import { imageSize } from "../method/helper/inputAxes";
import { ofInput } from "../picture/geometry";
import { renderMap, type Grid } from "../picture/upsample";
import type { Profile } from "../profile/profile";
import { zeros, type Tensor } from "../tensor";
import type { Judged } from "./judging";
import { rangeOf } from "../range";
import { asGrid, finished } from "./grid";
import { probabilities, togetherOf } from "./probability";
import type { ShuffledMaps } from "./shuffledMaps";

/** A map with what tests need to know of it. */
export async function exhibitOf(
  judged: Judged,
  map: AttributionMap,
  shuffled: ShuffledMaps,
): Promise<Exhibit> {
  const { session, question, input } = judged;
  const { profile } = question;
  const { layout } = session.model.anatomy.input;
  const choice = question.methods.find(({ method }) => method.id === map.method)!;
  const scores = scoring(await session.work(input, choice, profile), map, profile);
  const [score] = await first(scores(1, () => undefined));
  const grid = asGrid(map);
  return {
    map: atInput(grid, input, layout),
    range: rangeOf(grid.data),
    own: { dims: map.dims, data: finished(map) },
    ...{ input, layout, scores, score: score! },
    method: choice.method.title,
    progressive: choice.method.run !== undefined,
    shuffled: () => shuffled.of(map),
    name: scoreName(map, profile),
    isProbability: profile.activation !== "none",
  };
}

/** The map as it is shown, at the resolution of the network's input: bilinear between cell centres; where it does not reach, its least value. */
function atInput(map: Grid, { dims }: Tensor, layout: Exhibit["layout"]): Grid {
  const size = imageSize(dims, layout);
  const { data } = renderMap(map, ofInput(size));
  const least = data.reduce((min, value) => (value < min ? value : min), Infinity);
  return { ...size, data: data.map((value) => (Number.isNaN(value) ? least : value)) };
}

async function first<T>(items: AsyncIterable<T>): Promise<T> {
  for await (const item of items) return item;
  throw new Error("there is no first item");
}

/** Runs images and tells what the map explains of each. */
function scoring(work: Work, map: AttributionMap, profile: Profile): Exhibit["scores"] {
  const { input } = work;
  const { name } = work.subject.anatomy.input;
  const stage = {
    id: "judged logits",
    plan: (_g: unknown, { logits }: { readonly logits: string }) => ({ logits }),
  };
  return async function* (count, write) {
    const feeds = (from: number, size: number) => {
      const images = zeros("float32", [size, ...input.dims.slice(1)]);
      const each = input.data.length;
      for (let i = 0; i < size; i++) {
        const data = (images.data as Float32Array).subarray(i * each, (i + 1) * each);
        data.set(input.data);
        write(from + i, data);
      }
      return { [name]: images };
    };
    for await (const batch of work.batches(stage, count, feeds)) {
      const { data, dims } = batch.outputs["logits"]!;
      const classes = dims[1]!;
      yield Array.from({ length: batch.count }, (_, i) =>
        scoreOf(data.subarray(i * classes, (i + 1) * classes), map, profile),
      );
    }
  };
}

type Explained = Pick<AttributionMap, "classIndex" | "set" | "versus" | "negated">;

/** What {@link scoreOf} is the score of: “tabby”, “tabby” rather than “tiger cat”, the 3 classes together, anything but “tabby”. */
export function scoreName(
  { classIndex, set, versus, negated }: Explained,
  { labels }: Pick<Profile, "labels">,
): string {
  const of = (index: number) => (labels[index] ? `“${labels[index]}”` : `class ${index}`);
  if (versus && "class" in versus) {
    const [first, second] = [of(classIndex), of(versus.class)];
    return negated ? `${second} rather than ${first}` : `${first} rather than ${second}`;
  }
  const count = new Set(set).size;
  const name = count > 1 ? `the ${count} classes together` : of(classIndex);
  return negated ? `anything but ${name.replace(" together", "")}` : name;
}

/**
 * What a map explains of one image: the probability of its class, of its set (its mean, where classes do not exclude each other), against one other class alone, or of anything else where the score is negated. Where no
 * probability is made of the logits, the logits take its place.
 */
export function scoreOf(
  logits: ArrayLike<number>,
  { classIndex, set, versus, negated }: Explained,
  { activation }: Pick<Profile, "activation">,
): number {
  const isProbability = activation !== "none";
  const of = (): number => {
    if (versus && "class" in versus) {
      const difference = logits[classIndex]! - logits[versus.class]!;
      return isProbability ? 1 / (1 + Math.exp(-difference)) : difference;
    }
    const all = probabilities(logits, activation);
    return togetherOf((index) => all[index]!, set ?? [classIndex], activation);
  };
  const score = of();
  if (!negated) return score;
  return isProbability ? 1 - score : -score;
}
