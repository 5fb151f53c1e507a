import { inputGradient } from "./helper/inputGradient";
import { method } from "./method";

/** Saliency, the gradient itself with its sign — Simonyan et al., ICLR workshop 2014, https://arxiv.org/abs/1312.6034, §3. */
export const saliency = method({
  id: "saliency",
  title: "Saliency",
  paper: "Simonyan et al., ICLR workshop 2014",
  formula: "∂y_c/∂x (§3)",
  family: "gradient",
  readsAt: "input",
  shows: "magnitude",
  final: "none",
  parameters: {},
  refuses: () => undefined,
  plan: (g, target) => inputGradient(g, target),
});
