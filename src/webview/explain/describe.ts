import { strength } from "../../explain/percent";
import { isReport } from "../../extension/wire/report";
import { shownMap, shownResult } from "../../extension/wire/shown";
import { activeTile, layerOf } from "../../extension/wire/tiles";
import type { PanelState, Tile } from "../../extension/wire/viewApi";
import { askedWords, blankWords, isPlain } from "./asked";
import { heatOf } from "./heat";
import { className } from "./words";

/** The line under the picture: what is shown, and where the evidence lies. */
export function headline(state: PanelState, tile: Tile = activeTile(state.choice)): string {
  const map = shownMap(state, tile);
  if (!map) return "";
  if (!Number.isFinite(map.logit)) return "The class scores are not numbers.";
  const where = placeOf(state, tile);
  const { activation = "softmax" } = state.inspection?.profile ?? {};
  const probability = strength(map.probability, activation);
  if (!isPlain(state)) {
    const isSet = map.set !== undefined && map.set.length > 1;
    const asked = isSet ? `${askedWords(state)} (${probability})` : askedWords(state);
    return where ? `${asked} · ${where}` : asked;
  }
  const name = `${className({ index: map.classIndex, label: map.label })}, ${probability}`;
  return where ? `${name} · evidence: ${where}` : name;
}

/** Where a tile's evidence lies; empty when there is none. */
export function placeOf(state: PanelState, tile: Tile): string {
  const result = shownResult(state);
  const { evidence } = state.choice.look;
  return (result && heatOf(shownMap(state, tile), result, evidence)?.where) ?? "";
}

/** The text equivalent of the picture, for a screen reader. */
export function describe(state: PanelState, tile: Tile): string {
  const { choice, inspection, results } = state;
  const map = shownMap(state, tile);
  if (isReport(results[choice.image])) return "No picture: the image could not be explained.";
  if (!map || !inspection) return "The explanation is not there yet.";
  if (!Number.isFinite(map.logit)) return blankWords(state, map) ?? headline(state, tile);
  const layer = layerOf(tile, inspection);
  const method = methodTitle(state, tile);
  const reading = layer ? `${method} at layer ${layer}` : method;
  return `${reading} for ${headline(state, tile)}. ${blankWords(state, map) ?? ""}`;
}

export function methodTitle({ inspection }: PanelState, { method }: Tile): string {
  return inspection?.methods.find(({ id }) => id === method)?.title ?? method;
}
