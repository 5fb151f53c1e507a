import { html, nothing, type TemplateResult } from "lit";
import { doneWords, errorWords } from "../../extension/wire/growth";
import { shownMap } from "../../extension/wire/shown";
import { activeTile } from "../../extension/wire/tiles";
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
  const other = look.evidence === "for" ? "against" : "for";
  const offers = other === "for" || hasOnlyAgainst(map);
  return html`<p class="blank" role="status">
    ${icon("warning")}<span>${words}</span>
    ${
      offers
        ? button({
            label: `Show the Evidence ${other === "for" ? "for" : "against"} It`,
            press: () => choose(from, { look: { ...look, evidence: other } }),
          })
        : nothing
    }
  </p>`;
}

/** What is to be known of the method before its map is trusted. */
export function cautionLine({ inspection, choice }: PanelState): Line {
  const method = inspection?.methods.find(({ id }) => id === activeTile(choice).method);
  const words = [method?.caution, method?.remark].filter((text) => text !== undefined);
  if (words.length === 0) return nothing;
  return html`<p class="caution">${icon("warning")}<span>${words.join(" ")}</span></p>`;
}

/** A map that was stopped before it was whole. */
export function stoppedLine(from: EventTarget, state: PanelState): Line {
  const map = shownMap(state);
  if (map?.growth !== "stopped") return nothing;
  const words = [`Stopped at ${doneWords(map)}`, errorWords(map)].filter(Boolean);
  return html`<span class="stopped" role="status">
    ${icon("info")}<span>${words.join(" · ")}</span>
    ${button({
      label: "Run to the End",
      hint: "Begins again; what there is stays until the new map has come as far",
      press: () => act(from, "goOn"),
    })}
  </span>`;
}
