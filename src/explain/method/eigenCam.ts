import { flatten, forEachClass } from "./helper/activation";
import { principalMap } from "./helper/principal";
import { method } from "./method";

/**
 * Eigen-CAM — Muhammad and Yeasin, IJCNN 2020, https://arxiv.org/abs/2008.00299, equation 4, each channel less its mean as in pytorch-grad-cam. The same for every
 * class.
 */
export const eigenCam = method({
  id: "eigenCam",
  title: "Eigen-CAM",
  paper: "Muhammad and Yeasin, IJCNN 2020",
  formula: "ReLU(Σ_k v_k·(A_k − mean A_k)), v = first right singular vector (eq. 4)",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: {},
  caution:
    "Eigen-CAM does not ask for a class: it shows what varies most at the layer, whatever the class.",
  refuses: () => undefined,
  plan: (g, target) =>
    forEachClass(g, principalMap(g, flatten(g, target.layer, target, false)), target.classes),
});
