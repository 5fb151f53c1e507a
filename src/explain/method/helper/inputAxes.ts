import type { Builder } from "../../graph/builder";
import type { Dim } from "../../graph/graph";
import type { ImageInput } from "../../model/model";

/** The height and width of an image as the network takes it, [N,C,H,W] or [N,H,W,C]. */
export function imageSize(
  dims: readonly Dim[],
  layout: ImageInput["layout"],
): { readonly height: number; readonly width: number } {
  const [height, width] = dims.slice(layout === "NCHW" ? 2 : 1) as [number, number];
  return { height, width };
}

/** Something of each place, [N,H,W], with an axis of 1 for the channels where the network has them: [N,1,H,W] or [N,H,W,1]. */
export function overChannels(g: Builder, places: string, layout: ImageInput["layout"]): string {
  return g.op("Unsqueeze", [places, g.ints([layout === "NCHW" ? 1 : 3])]);
}

/** The shape of a map in input space, [C,H,W], of one image as the network takes it. */
export function mapDims(dims: readonly number[], layout: ImageInput["layout"]): number[] {
  const [a, b, c] = dims.slice(1) as [number, number, number];
  return layout === "NCHW" ? [a, b, c] : [c, a, b];
}
