import type { Builder } from "../graph/builder";
import type { Attributes } from "../graph/graph";
import { imageSize } from "./helper/inputAxes";
import { inputGradient } from "./helper/inputGradient";
import { unreached } from "./helper/layerGradient";
import { besideRectifiers, guidedRules, insensitive, withoutRectifiers } from "./helper/rectified";
import { gradCam } from "./gradCam";
import { method, type Target } from "./method";
import { choice } from "./parameter";

const parameters = {
  kernel: choice({
    title: "Scaling",
    meaning:
      "How the map is scaled up to the input: bilinear between the middles of its cells, nearest (as in Captum), or bilinear with its corners on those of the input (as in the authors' code).",
    default: "bilinear",
    options: ["bilinear", "nearest", "alignCorners"],
  }),
};

/**
 * Guided Grad-CAM: guided backpropagation times Grad-CAM, both as they are, without any normalization between — Selvaraju et al., ICCV 2017, https://arxiv.org/abs/1610.02391, §3.2.
 */
export const guidedGradCam = method({
  id: "guidedGradCam",
  title: "Guided Grad-CAM",
  paper: "Selvaraju et al., ICCV 2017",
  formula: "guided backpropagation ⊙ Up(ReLU(Grad-CAM)) (§3.2)",
  family: "gradient",
  readsAt: "both",
  shows: "magnitude",
  final: "none",
  parameters,
  caution: insensitive,
  refuses: (subject, layer) =>
    withoutRectifiers("Guided Grad-CAM", subject) ??
    (subject.anatomy.layers.find(({ name }) => name === layer)?.extent
      ? `Guided Grad-CAM lays its map over the whole input, and layer “${layer}” covers a part of it; choose another layer, or Grad-CAM.`
      : unreached(subject, layer)),
  remark: besideRectifiers,
  plan(g, target, { kernel }) {
    const map = g.op("Relu", [gradCam.plan!(g, target, {})]);
    const guided = inputGradient(g, target, guidedRules(g));
    return g.op("Mul", [guided, enlarged(g, map, target, kernels[kernel])]);
  },
});

const kernels = {
  bilinear: { mode: "linear", coordinate_transformation_mode: "half_pixel" },
  nearest: {
    mode: "nearest",
    nearest_mode: "floor",
    coordinate_transformation_mode: "asymmetric",
  },
  alignCorners: { mode: "linear", coordinate_transformation_mode: "align_corners" },
} as const;

/** A map [N,h,w] or [K,N,h,w] at the size of the input, with an axis of 1 for the channels: [N,1,H,W] or [K,N,1,H,W]. */
function enlarged(
  g: Builder,
  map: string,
  { anatomy: { input }, classes }: Target,
  kernel: Attributes,
): string {
  const { height, width } = imageSize(g.dims(input.name), input.layout);
  const flat = classes === 1 ? g.op("Unsqueeze", [map, g.ints([1])]) : map;
  const attributes = { ...kernel, axes: [2, 3] };
  const large = g.op("Resize", [flat, "", "", g.ints([height, width])], attributes);
  return classes === 1 ? large : g.op("Unsqueeze", [large, g.ints([2])]);
}
