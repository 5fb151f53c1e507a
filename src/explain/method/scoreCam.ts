import type { Builder } from "../graph/builder";
import { gridOf } from "../model/layout/layout";
import { tensor, type Tensor } from "../tensor";
import { flatten } from "./helper/activation";
import { byClass, mapsByChannel, type ByClass } from "./helper/channelScores";
import { ofOneImage } from "./helper/oneImage";
import { method } from "./method";
import type { Stage, Work } from "./work";

/**
 * Score-CAM — Wang et al., CVPR workshops 2020, §3 and algorithm 1, as in pytorch-grad-cam: each channel of the layer, scaled up to the image and to 0…1, masks the
 * network's input; the softmax over channels of the scores that are left are the weights.
 *
 * Scores of a baseline are not taken off: the softmax does not notice.
 */
export const scoreCam = method({
  id: "scoreCam",
  title: "Score-CAM",
  paper: "Wang et al., CVPR workshops 2020",
  formula: "ReLU(Σ_k w_k·A_k), w = softmax_k of y_c(x ⊙ s(Up(A_k))), s = to 0…1 (§3)",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: {},
  refuses({ anatomy: { layers } }, layer) {
    if (!layers.find(({ name }) => name === layer)?.extent) return undefined;
    return `Score-CAM lays channels over the whole input, and layer “${layer}” covers a part of it; choose another layer, or Grad-CAM.`;
  },
  async *run(work) {
    const { activation } = (await work.run(layerAlone)) as { activation: Tensor };
    yield* mapsByChannel(work, activation, scoresBehind(work, activation), softmax);
  },
});

async function* scoresBehind(work: Work, activation: Tensor): AsyncIterable<ByClass> {
  const { type, data, dims } = activation;
  const [, count, places] = dims as [number, number, number];
  const batches = work.batches(masked(work), count, (first, size) => {
    const some = data.subarray(first * places, (first + size) * places);
    return { [imageInput]: work.input, [masks]: tensor(type, some, [size, places]) };
  });
  for await (const { outputs } of batches) yield byClass(outputs["score"]!, work.classes.length);
}

/** One image, [1,C,H,W] or [1,H,W,C]. */
const imageInput = "sightline/image";
/** A channel of the layer for each of N, [N,h·w]. */
const masks = "sightline/masks";

const layerAlone: Stage = {
  id: "layer",
  plan: (g, target) => ({ activation: flatten(g, target.layer, target, false).flat }),
};

/** The score of the image behind each mask. */
const masked = ({ subject: { anatomy }, layer }: Work): Stage => {
  const { height, width } = gridOf(anatomy.layouts.of(layer)!)!;
  return {
    id: "masked",
    image(g, { type, dims }) {
      const { layout } = anatomy.input;
      const image = g.input(imageInput, type, ofOneImage(dims));
      const small = g.input(masks, type, [dims[0]!, height * width]);
      const grid = g.reshape(small, [dims[0]!, 1, height, width]);
      const size = layout === "NCHW" ? dims.slice(2) : dims.slice(1, 3);
      // From its minimum on, so that a constant channel is 0 to the bit whatever interpolation rounds.
      const large = toUnitRange(g, enlarged(g, fromMinimum(g, grid), size as number[]));
      const fits = layout === "NCHW" ? large : g.reshape(large, [dims[0]!, ...size, 1]);
      return g.op("Mul", [image, fits]);
    },
    plan: (_g, { value }) => ({ score: value }),
  };
};

/** Bilinear with the corners on each other, as `torch.nn.UpsamplingBilinear2d`. */
function enlarged(g: Builder, grid: string, size: readonly number[]): string {
  return g.op("Resize", [grid, "", "", g.ints(size)], {
    mode: "linear",
    coordinate_transformation_mode: "align_corners",
    axes: [2, 3],
  });
}

/** (A − min) / (max − min + 1e-8) of each channel: 0 everywhere where it is constant. */
function toUnitRange(g: Builder, value: string): string {
  const risen = fromMinimum(g, value);
  const range = g.op("ReduceMax", [risen, g.ints([2, 3])], { keepdims: 1 });
  return g.op("Div", [risen, g.op("Add", [range, g.scalar(1e-8, value)])]);
}

function fromMinimum(g: Builder, value: string): string {
  const low = g.op("ReduceMin", [value, g.ints([2, 3])], { keepdims: 1 });
  return g.op("Sub", [value, low]);
}

function softmax(scores: readonly number[]): readonly number[] {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}
