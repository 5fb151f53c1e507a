import type { PanelState } from "../../extension/wire/viewApi";
import { shownMap, shownResult } from "../../extension/wire/shown";
import { heatOf, paint } from "./heat";
import { bitmapOf } from "./picture";
import { sharedScale } from "./scale";

/** The picture as it is shown, as PNG. */
export async function shownPicture(state: PanelState): Promise<Blob> {
  const result = shownResult(state);
  if (!result?.picture) throw new Error("There is no picture yet.");
  const { layers, opacity, colourMap, evidence } = state.choice.look;
  const { width, height } = result.picture;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d")!;
  if (layers !== "map") context.drawImage(await bitmapOf(result.picture), 0, 0);
  const heat = heatOf(shownMap(state), result, evidence);
  if (layers !== "image" && heat) {
    context.globalAlpha = layers === "overlay" ? opacity : 1;
    const pixels = paint(heat, colourMap, layers === "map", sharedScale(state));
    context.drawImage(await createImageBitmap(pixels), 0, 0);
  }
  return canvas.convertToBlob({ type: "image/png" });
}

export async function copyPicture(state: PanelState): Promise<void> {
  // The promise goes into the item, so that the browser still counts this as the user's click.
  const item = new ClipboardItem({ "image/png": shownPicture(state) });
  await navigator.clipboard.write([item]);
}
