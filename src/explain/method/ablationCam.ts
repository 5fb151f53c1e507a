import { SightlineError } from "../error";
import type { Builder } from "../graph/builder";
import { valuesBeside } from "../graph/path";
import { replay } from "../graph/replay";
import { tensor } from "../tensor";
import { flatten } from "./helper/activation";
import { apart, perChannel } from "./helper/channels";
import { byClass, mapsByChannel, type ByClass } from "./helper/channelScores";
import { unreached } from "./helper/layerGradient";
import { forEachImage, ofOneImage } from "./helper/oneImage";
import { gridOf } from "../model/layout/layout";
import { method, type Target } from "./method";
import { real } from "./parameter";
import type { Named, Stage, Work } from "./work";

/**
 * Ablation-CAM — Desai and Ramaswamy, WACV 2020, §3: a channel weighs what share of the score is lost without it.
 *
 * Only what lies behind the layer is computed again, for many channels in one run, and one run serves every class. A layer of tokens loses the channel in the tokens beside the
 * grid too, as in pytorch-grad-cam.
 */
export const ablationCam = method({
  id: "ablationCam",
  title: "Ablation-CAM",
  paper: "Desai and Ramaswamy, WACV 2020",
  formula: "ReLU(Σ_k w_k·A_k), w_k = (y_c − y_c without A_k) / y_c (§3)",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: {
    value: real({
      title: "Ablated value",
      meaning: "What all numbers of a channel become when it is ablated.",
      unit: "activation's unit",
      default: 0,
      min: -1e9,
      max: 1e9,
    }),
  },
  caution: "The weights are shares of the score: of a class with a negative score they turn round.",
  indifferentTo: {
    negated: "The weights are shares of the score, which stay the same when it is turned round.",
  },
  refuses: unreached,
  remark: ({ anatomy: { score } }) =>
    score.classes === 1 && score.tail !== "inside"
      ? "Both classes of a single output have the same map of their logits, which differ in sign alone: the share that is lost is the same; explain the probability to tell them apart."
      : undefined,
  async *run(work, { value }) {
    const { activation, ...fed } = await work.run(before);
    yield* mapsByChannel(
      work,
      activation!,
      lossesOf(work, value, activation!.dims[1]!, fed),
      (w) => w,
    );
  },
});

/**
 * (y − y without the channel) / y. Runs of different sizes round y differently, by 1e-6 of it and alike for every channel, which the sum over thousands of channels would show: so y
 * is that of a run of the same size, the first of which spares an image for it.
 */
async function* lossesOf(
  work: Work,
  value: number,
  channels: number,
  fed: Named,
): AsyncIterable<ByClass> {
  const wholeScores = new Map<number, readonly number[]>();
  let next = 0;
  const feeds = (_first: number, size: number): Named => {
    const from = wholeScores.has(size) ? next : next - 1;
    // No channel has the number that is as high as there are channels.
    const numbers = Array.from({ length: size }, (_, i) => (from + i < next ? channels : from + i));
    return { ...fed, [indices]: tensor("int64", numbers) };
  };
  while (next < channels) {
    for await (const { count, outputs } of work.batches(without(value), channels - next, feeds)) {
      const all = byClass(outputs["score"]!, work.classes.length);
      const spared = wholeScores.has(count) ? 0 : 1;
      if (spared)
        wholeScores.set(
          count,
          all.map(([score], k) => divisor(score!, work.classes, k)),
        );
      const scores = wholeScores.get(count)!;
      next += count - spared;
      if (count === spared) continue;
      const loss = (left: number, score: number) => (score === 0 ? 0 : (score - left) / score);
      yield all.map((own, k) => own.slice(spared).map((left) => loss(left, scores[k]!)));
    }
  }
}

/** int64 [N]: which channel is ablated. */
const indices = "sightline/ablated";

/** The network as far as it goes before the layer: its activation, and under names of their own the values that the part behind it starts from. */
const before: Stage = {
  id: "before",
  plan(g, target) {
    const starts = startsOf(g, target).map((value, i) => [fedAs(i), value]);
    const { flat } = flatten(g, target.layer, target, false);
    return { activation: flat, ...Object.fromEntries(starts) };
  },
};

/** The part behind the layer, of which image number n has lost channel `indices[n]`. */
const without = (value: number): Stage => ({
  id: `without, ${value} in its place`,
  plan(g, target) {
    const [layer, ...beside] = startsOf(g, target) as [string, ...string[]];
    const wanted = g.input(indices, "int64", g.dims(target.value).slice(-1));
    const fed = (of: string, i: number) => g.input(fedAs(i), g.type(of), ofOneImage(g.dims(of)));
    const replaced = new Map([[layer, ablate(g, fed(layer, 0), target, wanted, value)]]);
    beside.forEach((name, i) => {
      replaced.set(name, forEachImage(g, fed(name, i + 1), g.dims(name), wanted));
    });
    return { score: replay(g, target.value, replaced) };
  },
});

/** The layer's value and those that go past it. */
function startsOf(g: Builder, { layer, value, anatomy }: Target): string[] {
  return [layer, ...valuesBeside(g.nodes, anatomy.input.name, layer, value)];
}

const fedAs = (i: number) => `sightline/start${i}`;

/** The layer's value of one image, without one of its channels for each of N. */
function ablate(
  g: Builder,
  activation: string,
  { anatomy, layer }: Target,
  wanted: string,
  value: number,
): string {
  const layout = anatomy.layouts.of(layer)!;
  const { channels } = gridOf(layout)!;
  const depth = g.constant(tensor("int64", [channels], []));
  const choose = (off: number, on: number) => {
    const values = g.constant(tensor(g.type(activation), [off, on]));
    return perChannel(g, g.op("OneHot", [wanted, depth, values], { axis: -1 }), layout);
  };
  const kept = g.op("Mul", [apart(g, activation, layout, "one"), choose(1, 0)]);
  const filled = value === 0 ? kept : g.op("Add", [kept, choose(0, value)]);
  return g.reshape(filled, g.dims(layer));
}

/** Of several classes one with the score 0, as one compared with itself, has a map of zeros. */
function divisor(score: number, classes: readonly number[], k: number): number {
  if (score !== 0 || classes.length > 1) return score;
  const classIndex = classes[k]!;
  throw new SightlineError(
    "method",
    `Ablation-CAM divides by the score, which is 0 for class ${classIndex} in this image; choose another class or score.`,
    { classIndex },
  );
}
