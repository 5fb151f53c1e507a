import { SightlineError } from "../error";
import { gradient } from "../gradient";
import { flatten, weightedSum } from "./activation";
import type { Method } from "./method";

/** Grad-CAM — Selvaraju et al., ICCV 2017, https://arxiv.org/abs/1610.02391, equations 1 and 2. */
export const gradCam: Method = {
  id: "gradCam",
  title: "Grad-CAM",
  paper: "Selvaraju et al., ICCV 2017",
  formula: "ReLU(Σ_k w_k·A_k), w_k = mean over positions of ∂y_c/∂A_k (eq. 1–2)",
  readsAt: "layer",
  final: "relu",
  refuses({ layers }, layer) {
    if (layers.find(({ name }) => name === layer)?.reached !== false) return undefined;
    const best = layers.find((candidate) => candidate.default)?.name;
    return (
      `Behind “${layer}” the score reads only tokens that have no place in the image, so that every patch has the gradient 0 there. ` +
      `Choose “${best}” or an earlier layer.`
    );
  },
  plan(g, target) {
    const { score, seed, classes, layer } = target;
    const [cotangent] = gradient(g, { of: score, wrt: [layer], seed, classes });
    if (!cotangent) {
      throw new SightlineError(
        "method",
        `The score does not depend on layer “${layer}”; choose another layer.`,
        { layer },
      );
    }
    const { flat } = flatten(g, cotangent, target, classes > 1);
    const weights = g.op("ReduceMean", [flat, g.ints([-1])], { keepdims: 0 });
    return weightedSum(g, weights, flatten(g, layer, target, false));
  },
};
