import type { Dim } from "../graph/graph";
import type { ImageInput } from "./model";

/** The shape of a batch of images as the model takes it: [N,C,H,W] or [N,H,W,C]. */
export function inputDims<T extends Dim = number>(
  { layout, channels }: Pick<ImageInput, "layout" | "channels">,
  { width, height }: { readonly width: T | number; readonly height: T | number },
  batch: T | number = 1,
): (T | number)[] {
  return layout === "NCHW" ? [batch, channels, height, width] : [batch, height, width, channels];
}
