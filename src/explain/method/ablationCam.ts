import { SightlineError } from "../error";
import type { Builder } from "../graph/builder";
import { valuesBeside } from "../graph/path";
import { replay } from "../graph/replay";
import { tensor, type Tensor } from "../tensor";
import { flatten } from "./helper/activation";
import { apart, perChannel } from "./helper/channels";
import { channelsFrom, mapsByChannel } from "./helper/channelScores";
import { unreached } from "./helper/layerGradient";
import { forEachImage, ofOneImage } from "./helper/oneImage";
import { gridOf } from "../model/layout/layout";
import { method, type Target } from "./method";
import { real } from "./parameter";
import type { Stage } from "./work";

/**
 * Ablation-CAM — Desai and Ramaswamy, WACV 2020, §3, equations 3 and 4: a channel weighs what share of the score is lost without it.
 *
 * Only what lies behind the layer is computed again, for many channels in one run, and one run serves every class. A layer of tokens loses the channel in the tokens beside the
 * grid too, as in pytorch-grad-cam.
 */
export const ablationCam = method({
  id: "ablationCam",
  title: "Ablation-CAM",
  paper: "Desai and Ramaswamy, WACV 2020",
  formula: "ReLU(Σ_k w_k·A_k), w_k = (y_c − y_c without A_k) / y_c (eq. 3–4)",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: {
    value: real({
      title: "Ablated value",
      meaning: "What all numbers of a channel become when it is ablated.",
      unit: "of the activation",
      default: 0,
      min: -1e9,
      max: 1e9,
    }),
  },
  caution: "The weights are shares of the score: of a class with a negative score they turn round.",
  refuses: unreached,
  async *run(work, { value }) {
    const { activation, score, ...fed } = await work.run(whole);
    checkScores(score!, work.classes);
    const batches = work.batches(without(value), activation!.dims[1]!, (first, size) => ({
      ...fed,
      [indices]: channelsFrom(first, size),
    }));
    yield* mapsByChannel(work, activation!, batches, (scores, k) =>
      shares(score!.data[k]!, scores),
    );
  },
});

/** int64 [N]: which channel is ablated. */
const indices = "sightline/ablated";

/** The whole network: the layer's activation, the score, and under names of their own the values that the part behind the layer starts from. */
const whole: Stage = {
  id: "whole",
  plan(g, target) {
    const starts = startsOf(g, target).map((value, i) => [fedAs(i), value]);
    const { flat } = flatten(g, target.layer, target, false);
    return { activation: flat, score: target.value, ...Object.fromEntries(starts) };
  },
};

/** The part behind the layer, of which image number n has lost channel `indices[n]`. */
const without = (value: number): Stage => ({
  id: "without",
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

function checkScores({ data }: Tensor, classes: readonly number[]): void {
  const at = data.indexOf(0);
  if (at < 0) return;
  throw new SightlineError(
    "method",
    `Ablation-CAM divides by the score, which is 0 for class ${classes[at]} in this image; choose another class or score.`,
    { classIndex: classes[at] },
  );
}

function shares(score: number, ablated: readonly number[]): readonly number[] {
  return ablated.map((left) => (score - left) / score);
}
