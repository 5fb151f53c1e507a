import { channelsFirst, inputGradient } from "./helper/inputGradient";
import { method } from "./method";

/** Gradient × input in the network's input space, signed — Shrikumar et al., 2016, https://arxiv.org/abs/1605.01713, §2. */
export const gradientTimesInput = method({
  id: "gradientTimesInput",
  title: "Gradient × input",
  paper: "Shrikumar et al., 2016",
  formula: "x ⊙ ∂y_c/∂x (§2)",
  family: "gradient",
  readsAt: "input",
  final: "none",
  parameters: {},
  refuses: () => undefined,
  plan(g, target) {
    const { name, layout } = target.anatomy.input;
    return g.op("Mul", [inputGradient(g, target), channelsFirst(g, name, layout)]);
  },
});
