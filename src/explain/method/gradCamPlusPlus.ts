import { flatten, weightedSum } from "./helper/activation";
import { layerGradient, unreached } from "./helper/layerGradient";
import { method } from "./method";

/**
 * Grad-CAM++ — Chattopadhay et al., WACV 2018, https://arxiv.org/abs/1710.11063, equations 7 and 19, with 1e-6 added to the denominator. Where g = 0, α is 0.
 * The denominator has poles where 2g² + ΣA·g³ is nearly 0: the order of operations decides there.
 */
export const gradCamPlusPlus = method({
  id: "gradCamPlusPlus",
  title: "Grad-CAM++",
  paper: "Chattopadhay et al., WACV 2018",
  formula:
    "ReLU(Σ_k w_k·A_k), w_k = Σ_ij α·ReLU(g), α = g²/(2g² + Σ_ij(A_k)·g³ + 1e-6), g = ∂y_c/∂A_k (eq. 7, 19)",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: {},
  refuses: unreached,
  plan(g, target) {
    const gradient = layerGradient(g, target).flat;
    const activation = flatten(g, target.layer, target, false);
    const sums = g.op("ReduceSum", [activation.flat, g.ints([-1])]);
    const second = g.op("Mul", [gradient, gradient]);
    const third = g.op("Mul", [second, gradient]);
    const twice = g.op("Mul", [g.scalar(2, second), second]);
    const denominator = g.op("Add", [twice, g.op("Mul", [sums, third])]);
    const alpha = g.op("Div", [second, g.op("Add", [denominator, g.scalar(1e-6, second)])]);
    const products = g.op("Mul", [g.op("Relu", [gradient]), alpha]);
    const weights = g.op("ReduceSum", [products, g.ints([-1])], { keepdims: 0 });
    return weightedSum(g, weights, activation);
  },
});
