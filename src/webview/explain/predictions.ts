import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Inspection, Prediction } from "../../explain/api";
import { strength } from "../../explain/percent";
import { listedClasses, shownClass, shownResult } from "../../extension/wire/shown";
import type { PanelState } from "../../extension/wire/viewApi";
import { button } from "../control/button";
import { choices } from "../control/choices";
import { choiceStyles, shared } from "../control/style";
import { act, choose } from "./event";
import { className, number } from "./words";

/** The most probable classes as bars; choosing one shows its map. */
@customElement("sightline-predictions")
export class Predictions extends LitElement {
  @property({ attribute: false }) state!: PanelState;

  static override readonly styles = [
    shared,
    choiceStyles,
    css`
      .rows {
        display: flex;
        flex-direction: column;
        gap: 1px;
      }
      .rows .choice {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        align-items: baseline;
        gap: 0 8px;
        padding: 4px 8px 5px;
        border-radius: 3px;
      }
      .rows .choice:hover {
        background: var(--vscode-list-hoverBackground);
      }
      .rows .choice:has(:checked) {
        background: var(--vscode-list-inactiveSelectionBackground);
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      .rows .choice:has(:focus-visible) {
        outline: 1px solid var(--vscode-focusBorder);
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .choice:has(:checked) .name {
        font-weight: 600;
      }
      .bar {
        grid-column: 1 / -1;
        height: 3px;
        margin-top: 3px;
        border-radius: 2px;
        background: var(--vscode-scrollbarSlider-background);
        overflow: hidden;
      }
      .fill {
        height: 100%;
        border-radius: 2px;
        background: var(--vscode-progressBar-background);
      }
      .skeleton {
        opacity: 0.4;
      }
      .skeleton .name {
        width: 60%;
        height: 12px;
        border-radius: 3px;
        background: var(--vscode-scrollbarSlider-background);
      }
      vscode-button {
        margin-top: 6px;
      }
    `,
  ];

  override render() {
    const { choice } = this.state;
    const result = shownResult(this.state);
    if (!result) return this.state.failure || this.state.results[choice.image] ? nothing : skeleton;
    const { activation = "softmax" } = this.state.inspection?.profile ?? {};
    const items = listedClasses(choice, result).map((prediction) => ({
      value: prediction.index,
      content: row(prediction, activation),
      hint: `${className(prediction)} · class ${prediction.index} · logit ${number(prediction.logit)}`,
    }));
    const classes = this.state.inspection?.classes ?? [];
    const top = result.predictions[0]?.index;
    return html`
      ${choices("rows", "Class to explain", items, shownClass(choice, result), (index) =>
        // Choosing the prediction means: for the other images too, explain what is predicted.
        choose(this, { classIndex: index === top ? "predicted" : index }),
      )}
      ${
        classes.length > items.length
          ? button({
              label: "Another Class…",
              icon: "search",
              press: () => act(this, "chooseClass"),
            })
          : nothing
      }
    `;
  }
}

type Activation = Inspection["profile"]["activation"];

function row(prediction: Prediction, activation: Activation): TemplateResult {
  const { probability } = prediction;
  // A score that is no probability has no share to draw.
  const width = activation === "none" ? 0 : Math.max(0, Math.min(1, probability)) * 100;
  return html`<span class="name">${className(prediction)}</span>
    <span class="number">${strength(probability, activation)}</span>
    <span class="bar"><div class="fill" .style=${`width:${width}%`}></div></span>`;
}

const skeleton = html`<div class="rows skeleton" aria-hidden="true">
  ${[1, 2, 3, 4, 5].map(
    () =>
      html`<div class="choice">
        <span class="name"></span><span></span><span class="bar"></span>
      </div>`,
  )}
</div>`;
