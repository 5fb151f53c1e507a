import { html, nothing, type TemplateResult } from "lit";
import type { Inspection, MethodInfo } from "../../explain/api";
import { activeTile, changeTile } from "../../extension/wire/tiles";
import type { PanelState } from "../../extension/wire/viewApi";
import "../control/picker";
import type { PickerItem } from "../control/search";
import { choose } from "./event";
import "./parameters";

const families: Readonly<Record<MethodInfo["family"], string>> = {
  activation: "Class activation maps",
  gradient: "Gradients at the image",
  excitation: "Excitation backprop",
  perturbation: "Perturbation: parts are hidden",
  attention: "Attention",
};

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

/** Methods as entries of a picker, family by family; one that does not apply says why. */
export function methodItems(methods: readonly MethodInfo[]): readonly PickerItem[] {
  return methods.map(({ id, title, paper, formula, family, progressive, refused }) => ({
    value: id,
    name: title,
    detail: paper,
    size: "",
    tags: progressive ? ["many runs"] : [],
    group: families[family],
    starred: false,
    minor: false,
    hint: refused ?? `${title}: ${formula} (${paper})`,
    note: refused ?? formula,
    disabled: refused !== undefined,
  }));
}

function about({ formula, paper }: MethodInfo): TemplateResult {
  return html`<details class="quiet wide">
    <summary>Formula and paper</summary>
    <p><code>${formula}</code></p>
    <p>${paper}</p>
  </details>`;
}
