import { flatten, weightedSum } from "./helper/activation";
import { layerGradient, unreached } from "./helper/layerGradient";
import { method } from "./method";

/** Grad-CAM — Selvaraju et al., ICCV 2017, https://arxiv.org/abs/1610.02391, equations 1 and 2. */
export const gradCam = method({
  id: "gradCam",
  title: "Grad-CAM",
  paper: "Selvaraju et al., ICCV 2017",
  formula: "ReLU(Σ_k w_k·A_k), w_k = mean over positions of ∂y_c/∂A_k (eq. 1–2)",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: {},
  refuses: unreached,
  plan(g, target) {
    const { flat } = layerGradient(g, target);
    const weights = g.op("ReduceMean", [flat, g.ints([-1])], { keepdims: 0 });
    return weightedSum(g, weights, flatten(g, target.layer, target, false));
  },
});
