import { flatten, weightedSum } from "./helper/activation";
import { layerGradient, unreached } from "./helper/layerGradient";
import { method } from "./method";

/**
 * XGrad-CAM — Fu et al., BMVC 2020, https://arxiv.org/abs/2008.02312, equation 8, with 1e-7 added to the denominator. It has a pole where a channel sums to nearly 0,
 * as dead and signed channels do: the order of operations decides there.
 */
export const xGradCam = method({
  id: "xGradCam",
  title: "XGrad-CAM",
  paper: "Fu et al., BMVC 2020",
  formula: "ReLU(Σ_k w_k·A_k), w_k = Σ_ij g·A_k/(Σ_ij A_k + 1e-7), g = ∂y_c/∂A_k (eq. 8)",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: {},
  refuses: unreached,
  plan(g, target) {
    const gradient = layerGradient(g, target).flat;
    const activation = flatten(g, target.layer, target, false);
    const sums = g.op("ReduceSum", [activation.flat, g.ints([-1])]);
    const denominator = g.op("Add", [sums, g.scalar(1e-7, sums)]);
    const shares = g.op("Div", [g.op("Mul", [gradient, activation.flat]), denominator]);
    const weights = g.op("ReduceSum", [shares, g.ints([-1])], { keepdims: 0 });
    return weightedSum(g, weights, activation);
  },
});
