import { html, nothing, type TemplateResult } from "lit";
import type { Inspection } from "../../explain/api";
import {
  activeTile,
  canAverage,
  changeTile,
  layerOf,
  readsAtLayer,
} from "../../extension/wire/tiles";
import type { PanelState, Tile } from "../../extension/wire/viewApi";
import { button } from "../control/button";
import { checkbox } from "../control/checkbox";
import { middle } from "../control/middle";
import "../control/picker";
import { choose } from "./event";
import { layerItems } from "./layerItems";

const autoLayer = "auto";
const searchHint = "Search by name, operator or size";

/** Where the active tile's method reads. */
export function layerRows(
  from: EventTarget,
  { choice }: PanelState,
  inspection: Inspection,
): TemplateResult {
  const tile = activeTile(choice);
  const { layers, layerReason } = inspection;
  if (!readsAtLayer(tile, inspection))
    return html`<span>Layer</span><span class="quiet">none: it reads at the image</span>`;
  const shown = layerOf(tile, inspection);
  const standard = layers.find((layer) => layer.default)?.name;
  const pick = ({ detail }: CustomEvent<string>) =>
    choose(from, changeTile(choice, { layer: detail === standard ? autoLayer : detail }));
  return html`<span>Layer</span>
    <sightline-picker
      label="Layer"
      noun="layers"
      searchHint=${searchHint}
      .items=${layerItems(layers, shown)}
      .value=${shown}
      @pick=${pick}
    ></sightline-picker>
    ${shown === standard ? html`<p class="quiet wide">${layerReason}</p>` : nothing}`;
}

/** Several layers joined, several views of the image averaged. */
export function moreOfLayer(
  from: EventTarget,
  { choice }: PanelState,
  inspection: Inspection,
): TemplateResult | typeof nothing {
  const tile = activeTile(choice);
  if (!readsAtLayer(tile, inspection)) return nothing;
  const { fusedLayers, augmented } = tile;
  const change = (part: Partial<Tile>) => choose(from, changeTile(choice, part));
  const shown = layerOf(tile, inspection);
  const others = layerItems(inspection.layers, shown).filter(
    ({ value }) => value !== shown && !fusedLayers.includes(value),
  );
  const drop = (name: string) =>
    change({ fusedLayers: fusedLayers.filter((other) => other !== name) });
  return html`<span>Join with</span>
    <span class="stack">
      ${fusedLayers.map(
        (name) =>
          html`<span class="chip"
            >${middle(name)}${button({
              label: `Without ${name}`,
              icon: "close",
              appearance: "icon",
              press: () => drop(name),
            })}</span
          >`,
      )}
      <sightline-picker
        label="Join with layer"
        noun="layers"
        placeholder="Another layer…"
        searchHint=${searchHint}
        .items=${others}
        @pick=${({ detail }: CustomEvent<string>) =>
          change({ fusedLayers: [...fusedLayers, detail] })}
      ></sightline-picker>
    </span>
    ${
      canAverage(tile, inspection)
        ? html`<span class="wide"
            >${checkbox("Average over mirror image and brightness", augmented, (on) =>
              change({ augmented: on }),
            )}</span
          >`
        : nothing
    }`;
}
