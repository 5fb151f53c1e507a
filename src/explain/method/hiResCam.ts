import { channelSum, flatten } from "./helper/activation";
import { layerGradient, unreached } from "./helper/layerGradient";
import { method } from "./method";

/** HiResCAM — Draelos and Carin, 2020, https://arxiv.org/abs/2011.08891, equation 3. */
export const hiResCam = method({
  id: "hiResCam",
  title: "HiResCAM",
  paper: "Draelos and Carin, arXiv 2020",
  formula: "ReLU(Σ_k g·A_k), g = ∂y_c/∂A_k (eq. 3)",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: {},
  refuses: unreached,
  plan(g, target) {
    const gradient = layerGradient(g, target).flat;
    const activation = flatten(g, target.layer, target, false);
    return channelSum(g, g.op("Mul", [gradient, activation.flat]), activation);
  },
});
