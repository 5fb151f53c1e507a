import { flatten, weightedSum } from "./helper/activation";
import { method } from "./method";

/** Class activation mapping — Zhou et al., CVPR 2016, https://arxiv.org/abs/1512.04150, equation 2 (no bias, no ReLU). */
export const cam = method({
  id: "cam",
  title: "CAM",
  paper: "Zhou et al., CVPR 2016",
  formula: "Σ_k W[c,k]·A_k (eq. 2)",
  family: "activation",
  readsAt: "layer",
  final: "none",
  parameters: {},
  indifferentTo: {
    score:
      "The map is made of the classifier's weights, which are those of the logit, whatever the score.",
  },
  refuses({ anatomy: { camHead } }, layer) {
    if (typeof camHead === "string") {
      return (
        "CAM needs a last map, global average pooling and one linear layer (or a classifier convolution before the pooling). " +
        `${camHead} Use Grad-CAM instead.`
      );
    }
    if (layer !== camHead.layer) {
      return `CAM reads at the last map (“${camHead.layer}”) and nowhere else; use Grad-CAM for layer “${layer}”.`;
    }
    return undefined;
  },
  plan(g, target) {
    const { camHead } = target.anatomy;
    if (typeof camHead === "string") throw new Error(camHead);
    const activation = flatten(g, target.layer, target, false);
    if (!camHead.weights) return weightedSum(g, target.logitSeed, activation);
    const { name, transposed } = camHead.weights;
    const matrix = g.reshape(name, g.dims(name).slice(0, 2));
    const byClass = transposed ? g.op("Transpose", [matrix], { perm: [1, 0] }) : matrix;
    return weightedSum(g, g.op("MatMul", [target.logitSeed, byClass]), activation);
  },
});
