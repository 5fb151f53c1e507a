import { html, nothing, type TemplateResult } from "lit";
import { number } from "../../explain/number";
import { growthParts } from "../../extension/wire/growth";
import { mapKey, shownMap } from "../../extension/wire/shown";
import { activeTile, changedValues } from "../../extension/wire/tiles";
import type { PanelState } from "../../extension/wire/viewApi";
import { button } from "../control/button";
import { icon } from "../control/icon";
import { blankWords, hasOnlyAgainst } from "./asked";
import { act, choose } from "./event";

/** What is said of the active tile's map under the picture, line by line. */
type Line = TemplateResult | typeof nothing;

/** Why nothing is drawn, and what can be shown instead. */
export function blankLine(from: EventTarget, state: PanelState): Line {
  const map = shownMap(state);
  const words = map && blankWords(state, map);
  if (!map || !words) return nothing;
  const { look } = state.choice;
  return html`<p class="blank" role="status">
    ${icon("warning")}<span>${words}</span>
    ${
      hasOnlyAgainst(map)
        ? button({
            label: "Show the Evidence against It",
            press: () => choose(from, { look: { ...look, evidence: "against" } }),
          })
        : nothing
    }
  </p>`;
}

/** What is to be known of the method before its map is trusted, and what holds for this model. */
export function cautionLine(state: PanelState): Line {
  const { inspection, choice } = state;
  const tile = activeTile(choice);
  const method = inspection?.methods.find(({ id }) => id === tile.method);
  // The model's remark was found out with the defaults.
  const isUsual = Object.keys(changedValues(tile)).length === 0 && tile.layer === "auto";
  const map = shownMap(state);
  const remark = map ? map.remark : isUsual && method?.remark;
  return html`${method?.caution ? line("warning", method.caution) : nothing}
  ${remark ? line("info", remark) : nothing}`;
}

function line(look: "warning" | "info", words: string): TemplateResult {
  return html`<p class="caution ${look}">${icon(look)}<span>${words}</span></p>`;
}

/** Whether the map is about what the network has learned, once that was tried. */
export function sanityLine(state: PanelState): Line {
  const map = shownMap(state);
  const judged = map && state.judged[mapKey(state, map)];
  const sanity = judged?.judgements.find(({ id }) => id === "sanity");
  if (sanity?.value === undefined) return nothing;
  return html`<p class="caution">
    <span class="badge ${sanity.distrust ? "warning" : ""}"
      >${sanity.distrust ? icon("warning") : nothing}${sanity.title} ${number(sanity.value)}</span
    ><span>${sanity.verdict}</span>
  </p>`;
}

/** A map that was stopped before it was whole. */
export function stoppedLine(from: EventTarget, state: PanelState): Line {
  const map = shownMap(state);
  if (map?.growth !== "stopped") return nothing;
  return html`<span class="stopped" role="status">
    ${icon("info")}<span>Stopped at ${growthParts(map).join(" · ")}</span>
    ${button({
      label: "Run to the End",
      hint: "Begins again; what there is stays until the new map has come as far",
      press: () => act(from, "goOn"),
    })}
  </span>`;
}
