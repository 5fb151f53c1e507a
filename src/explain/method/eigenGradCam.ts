import { flatten } from "./helper/activation";
import { layerGradient, unreached } from "./helper/layerGradient";
import { principalMap } from "./helper/principal";
import { method } from "./method";

/** Eigen-CAM of the activations times their gradients, pytorch-grad-cam's own. */
export const eigenGradCam = method({
  id: "eigenGradCam",
  title: "EigenGrad-CAM",
  paper: "Gildenblat et al., pytorch-grad-cam (EigenGradCAM)",
  formula: "ReLU(Σ_k v_k·(B_k − mean B_k)), B = g·A, g = ∂y_c/∂A, v = first right singular vector",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: {},
  indifferentTo: {
    negated:
      "A principal direction has no sign of its own: the map stays the same when the score is turned round.",
  },
  refuses: unreached,
  plan(g, target) {
    const activation = flatten(g, target.layer, target, false);
    const flat = g.op("Mul", [layerGradient(g, target).flat, activation.flat]);
    return principalMap(g, { ...activation, flat });
  },
});
