import { channelSum, flatten } from "./helper/activation";
import { layerGradient, unreached } from "./helper/layerGradient";
import { method } from "./method";

/** LayerCAM — Jiang et al., IEEE TIP 2021, https://ieeexplore.ieee.org/document/9462463, equations 5 to 7. */
export const layerCam = method({
  id: "layerCam",
  title: "LayerCAM",
  paper: "Jiang et al., IEEE TIP 2021",
  formula: "ReLU(Σ_k ReLU(g)·A_k), g = ∂y_c/∂A_k (eq. 5–7)",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: {},
  refuses: unreached,
  plan(g, target) {
    const weights = g.op("Relu", [layerGradient(g, target).flat]);
    const activation = flatten(g, target.layer, target, false);
    return channelSum(g, g.op("Mul", [weights, activation.flat]), activation);
  },
});
