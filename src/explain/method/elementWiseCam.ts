import { channelSum, flatten } from "./helper/activation";
import { layerGradient, unreached } from "./helper/layerGradient";
import { method } from "./method";

/** Element-wise Grad-CAM, pytorch-grad-cam's own: HiResCAM without what any channel says against the class. */
export const elementWiseCam = method({
  id: "elementWiseCam",
  title: "Element-wise Grad-CAM",
  paper: "Gildenblat et al., pytorch-grad-cam (GradCAMElementWise)",
  formula: "Σ_k ReLU(g·A_k), g = ∂y_c/∂A_k",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: {},
  refuses: unreached,
  plan(g, target) {
    const gradient = layerGradient(g, target).flat;
    const activation = flatten(g, target.layer, target, false);
    const products = g.op("Mul", [gradient, activation.flat]);
    return channelSum(g, g.op("Relu", [products]), activation);
  },
});
