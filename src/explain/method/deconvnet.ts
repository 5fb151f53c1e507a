import { inputGradient } from "./helper/inputGradient";
import {
  besideRectifiers,
  deconvnetRules,
  insensitive,
  withoutRectifiers,
} from "./helper/rectified";
import { method } from "./method";

/** Deconvnet — Zeiler & Fergus, ECCV 2014, https://arxiv.org/abs/1311.2901, §2.1, for the class score; max pooling as it was switched on the way forward. */
export const deconvnet = method({
  id: "deconvnet",
  title: "Deconvnet",
  paper: "Zeiler & Fergus, ECCV 2014",
  formula: "∂y_c/∂x, at every ReLU g·[g > 0] (§2.1)",
  family: "gradient",
  readsAt: "input",
  shows: "magnitude",
  final: "none",
  parameters: {},
  caution: insensitive,
  refuses: (subject) => withoutRectifiers("Deconvnet", subject),
  remark: besideRectifiers,
  plan: (g, target) => inputGradient(g, target, deconvnetRules(g)),
});
