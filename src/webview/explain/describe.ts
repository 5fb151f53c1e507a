import { strength } from "../../explain/percent";
import { isReport } from "../../extension/wire/report";
import { layerOf, shownMap, shownResult } from "../../extension/wire/shown";
import type { PanelState } from "../../extension/wire/viewApi";
import { heatOf } from "./heat";
import { className } from "./words";

/** The line under the picture: what is shown, and where the evidence lies. */
export function headline(state: PanelState): string {
  const map = shownMap(state);
  const result = shownResult(state);
  if (!map || !result) return "";
  const { activation = "softmax" } = state.inspection?.profile ?? {};
  const name = `${className({ index: map.classIndex, label: map.label })}, ${strength(map.probability, activation)}`;
  const where = heatOf(map, result)?.where;
  return where ? `${name} · evidence: ${where}` : name;
}

/** The text equivalent of the picture, for a screen reader. */
export function describe(state: PanelState): string {
  const { choice, inspection, results } = state;
  const map = shownMap(state);
  if (isReport(results[choice.image])) return "No picture: the image could not be explained.";
  if (!map || !inspection) return "The explanation is not there yet.";
  const method = inspection.methods.find(({ id }) => id === choice.method)?.title ?? choice.method;
  const layer = layerOf(choice, inspection);
  const reading = layer ? `${method} at layer ${layer}` : method;
  return `${reading} for ${headline(state)}. ${map.blank ?? ""}`;
}
