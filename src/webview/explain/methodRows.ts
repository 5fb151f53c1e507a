import { html, nothing, type TemplateResult } from "lit";
import type { Inspection, MethodInfo } from "../../explain/api";
import { activeTile, changeTile } from "../../extension/wire/tiles";
import type { PanelState } from "../../extension/wire/viewApi";
import "../control/picker";
import { choose } from "./event";
import { methodItems } from "./methodItems";
import "./parameters";

/** Which method makes the active tile's map, with what parameters. */
export function methodRows(
  from: EventTarget,
  state: PanelState,
  { methods }: Inspection,
): TemplateResult {
  const { choice } = state;
  const { method } = activeTile(choice);
  const chosen = methods.find(({ id }) => id === method);
  const pick = ({ detail }: CustomEvent<string>) =>
    choose(from, changeTile(choice, { method: detail }));
  const hasParameters = Object.keys(chosen?.parameters ?? {}).length > 0;
  return html`<span>Method</span>
    <sightline-picker
      label="Method"
      wholeNames
      searchHint="Search by name, formula or paper"
      .items=${methodItems(methods)}
      .value=${method}
      @pick=${pick}
    ></sightline-picker>
    ${
      hasParameters
        ? html`<sightline-parameters class="wide" .state=${state}></sightline-parameters>`
        : nothing
    }
    ${chosen ? about(chosen) : nothing}`;
}

function about({ formula, paper }: MethodInfo): TemplateResult {
  return html`<details class="quiet wide">
    <summary>Formula and paper</summary>
    <p><code>${formula}</code></p>
    <p>${paper}</p>
  </details>`;
}
