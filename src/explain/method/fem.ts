import { flatten, forEachClass, weightedSum } from "./helper/activation";
import { method } from "./method";
import { real } from "./parameter";

/**
 * Feature explanation method — Fuad et al., IPTA 2020, https://hal.science/hal-02963298, §III: a channel weighs as much as the share of its places
 * that stand out. The same for every class.
 */
export const fem = method({
  id: "fem",
  title: "FEM",
  paper: "Fuad et al., IPTA 2020",
  formula: "ReLU(Σ_k w_k·A_k), w_k = share of places where A_k > μ_k + deviations·σ_k (§III)",
  family: "activation",
  readsAt: "layer",
  final: "relu",
  parameters: {
    deviations: real({
      title: "Deviations",
      meaning: "How far above its channel's mean an activation must lie to count.",
      unit: "standard deviations",
      default: 2,
      min: 0,
      max: 10,
    }),
  },
  caution: "FEM does not ask for a class: it shows what stands out, whatever the class.",
  refuses: () => undefined,
  plan(g, target, { deviations }) {
    const activation = flatten(g, target.layer, target, false);
    const { flat } = activation;
    const mean = (value: string, keepdims = 1) =>
      g.op("ReduceMean", [value, g.ints([-1])], { keepdims });
    // Counted from the smallest, a constant channel is 0 in every place and stands out in none, however its mean is rounded.
    const height = g.op("Sub", [flat, g.op("ReduceMin", [flat, g.ints([-1])])]);
    const centred = g.op("Sub", [height, mean(height)]);
    const deviation = g.op("Sqrt", [mean(g.op("Mul", [centred, centred]))]);
    const least = g.op("Mul", [deviation, g.scalar(deviations, flat)]);
    const standsOut = g.op("Greater", [height, g.op("Add", [mean(height), least])]);
    const counted = g.op("Where", [standsOut, g.scalar(1, flat), g.scalar(0, flat)]);
    return forEachClass(g, weightedSum(g, mean(counted, 0), activation), target.classes);
  },
});
