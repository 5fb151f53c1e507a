import { SightlineError } from "../../error";
import { gradient } from "../../gradient";
import type { Builder } from "../../graph/builder";
import type { Rules } from "../../op/op";
import type { Target } from "../method";

/** ∂score/∂image in the network's input space, [N,C,H,W] whatever the model's layout, with an axis K in front when several classes are explained. */
export function inputGradient(
  g: Builder,
  { score, seed, classes, anatomy }: Target,
  rules?: Rules,
): string {
  const { name } = anatomy.input;
  const [cotangent] = gradient(g, { of: score, wrt: [name], seed, classes, rules });
  if (!cotangent) throw new SightlineError("method", "The score does not depend on the image.");
  return channelsFirst(g, cotangent, anatomy.input.layout);
}

/** An input or its cotangent with channels before rows and columns: […,C,H,W]. */
export function channelsFirst(g: Builder, value: string, layout: "NCHW" | "NHWC"): string {
  if (layout === "NCHW") return value;
  const axes = g.dims(value).map((_, axis) => axis);
  const [height, width, channels] = axes.slice(-3) as [number, number, number];
  return g.op("Transpose", [value], { perm: [...axes.slice(0, -3), channels, height, width] });
}
