import type { Builder } from "../graph/builder";
import { flatten } from "./helper/activation";
import { layerGradient, unreached } from "./helper/layerGradient";
import { noiseParameters, noisyImages } from "./helper/noise";
import { RunningSums } from "./helper/runningSums";
import { method, type Target } from "./method";
import type { Stage } from "./work";

/**
 * Smooth Grad-CAM++ — Omeiza et al., 2019, https://arxiv.org/abs/1908.01224, equations 7 and 8: Grad-CAM++ with g, g² and g³ averaged over noisy images, the
 * activations those of the image itself. The paper prints the mean of g above the fraction; that of g², as here and in torch-cam, is what makes it Grad-CAM++ where
 * there is no noise.
 */
export const smoothGradCamPlusPlus = method({
  id: "smoothGradCamPlusPlus",
  title: "Smooth Grad-CAM++",
  paper: "Omeiza et al., arXiv 2019",
  formula:
    "ReLU(Σ_k w_k·A_k), w_k = Σ_ij α·ReLU(⟨g⟩), α = ⟨g²⟩/(2⟨g²⟩ + Σ_ij(A_k)·⟨g³⟩ + 1e-6), ⟨⟩ = mean over noisy images (eq. 7–8)",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: noiseParameters,
  refuses: unreached,
  goesBack: true,
  async *run(work, { samples, noise, seed }) {
    const { layers } = work.subject.anatomy;
    const { height, width } = layers.find(({ name }) => name === work.layer)!;
    const { data } = (await work.run(activation))["activation"]!;
    const size = data.length;
    const sums = powerNames.map((name) => ({
      name,
      sum: new RunningSums(work.classes.length, size),
    }));
    const feeds = noisyImages(work, { noise, seed });
    let done = 0;
    for await (const { count, outputs } of work.batches(powers, samples, feeds)) {
      for (const { name, sum } of sums) sum.add(outputs[name]!);
      done += count;
      const images = done;
      const maps = () =>
        work.classes.map((_, k) => {
          const own = sums.map(({ sum }) => sum.byClass[k]!);
          return { dims: [height, width], data: mapOf(data, own, images, height * width) };
        });
      yield { maps, done, planned: samples, unit: "noisy images" };
    }
  },
});

const powerNames = ["first", "second", "third"] as const;

/** The powers of the gradient, [C,h·w] or [K,C,h·w], summed over images. */
const powers: Stage = {
  id: "powers of the gradient",
  plan(g: Builder, target: Target) {
    const first = layerGradient(g, target).flat;
    const second = g.op("Mul", [first, first]);
    const third = g.op("Mul", [second, first]);
    const overImages = (value: string) => g.op("ReduceSum", [value, g.ints([-3])], { keepdims: 0 });
    return {
      first: overImages(first),
      second: overImages(second),
      third: overImages(third),
    };
  },
};

const activation: Stage = {
  id: "activation",
  plan: (g, target) => ({ activation: flatten(g, target.layer, target, false).flat }),
};

/** Equations 7 and 8 for one class: activations and powers of the gradient, summed over images, by channels and places. */
function mapOf(
  activations: ArrayLike<number>,
  [first, second, third]: readonly Float64Array[],
  images: number,
  places: number,
): Float32Array {
  const map = new Float32Array(places);
  for (let from = 0; from < activations.length; from += places) {
    let total = 0;
    for (let i = from; i < from + places; i++) total += activations[i]!;
    let weight = 0;
    for (let i = from; i < from + places; i++) {
      const square = second![i]! / images;
      const alpha = square / (2 * square + (total * third![i]!) / images + 1e-6);
      weight += alpha * Math.max(first![i]! / images, 0);
    }
    for (let p = 0; p < places; p++) map[p]! += weight * activations[from + p]!;
  }
  return map;
}
