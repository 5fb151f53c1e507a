import { inputGradient } from "./helper/inputGradient";
import { besideRectifiers, guidedRules, insensitive, withoutRectifiers } from "./helper/rectified";
import { method } from "./method";

/** Guided backpropagation — Springenberg et al., ICLR workshop 2015, https://arxiv.org/abs/1412.6806, §3.4 and figure 1. The gates are strict: at x = 0 nothing passes. */
export const guidedBackprop = method({
  id: "guidedBackprop",
  title: "Guided backpropagation",
  paper: "Springenberg et al., ICLR workshop 2015",
  formula: "∂y_c/∂x, at every ReLU g·[g > 0]·[x > 0] (§3.4)",
  family: "gradient",
  readsAt: "input",
  shows: "magnitude",
  final: "none",
  parameters: {},
  caution: insensitive,
  refuses: (subject) => withoutRectifiers("Guided backpropagation", subject),
  remark: besideRectifiers,
  plan: (g, target) => inputGradient(g, target, guidedRules(g)),
});
