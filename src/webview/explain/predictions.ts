import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Inspection } from "../../explain/api";
import { number } from "../../explain/number";
import { strength } from "../../explain/percent";
import { listedClasses, shownResult, shownSet, type ListedClass } from "../../extension/wire/shown";
import type { ImageResult, PanelState } from "../../extension/wire/viewApi";
import { button } from "../control/button";
import { choices, severalChoices } from "../control/choices";
import { choiceStyles, shared } from "../control/style";
import { act, choose } from "./event";
import { className } from "./words";

/** The most probable classes as bars; choosing one shows its map, choosing several what they have together. */
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
    if (!result) return this.state.progress ? skeleton : nothing;
    if (!result.predictions.some(({ logit }) => Number.isFinite(logit)))
      return html`<p class="quiet">None: the class scores are not numbers.</p>`;
    const classes = this.state.inspection?.classes ?? [];
    const items = this.items(result);
    const set = shownSet(choice, result);
    const toggle = (index: number) => this.toggle(result, index);
    return html`
      ${
        set.length > 1
          ? severalChoices("rows", "Classes to explain together", items, set, toggle)
          : choices(
              "rows",
              "Class to explain",
              items,
              set[0],
              (index) => this.pick([index]),
              toggle,
            )
      }
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

  private items(result: ImageResult) {
    const { activation = "softmax" } = this.state.inspection?.profile ?? {};
    return listedClasses(this.state, result).map((listed) => ({
      value: listed.index,
      content: row(listed, activation),
      hint: hintOf(listed),
    }));
  }

  /** One class more that is explained together with the others, or one less. */
  private toggle(result: ImageResult, index: number): void {
    const set = shownSet(this.state.choice, result);
    const others = set.filter((one) => one !== index);
    if (others.length < set.length) this.pick(others.length > 0 ? others : set);
    else this.pick([...set, index]);
  }

  private pick(classes: readonly number[]): void {
    const top = shownResult(this.state)?.predictions[0]?.index;
    const isTop = classes.length === 1 && classes[0] === top;
    choose(this, {
      // Choosing the prediction means: for the other images too, explain what is predicted.
      classes: isTop ? "predicted" : classes,
      // A set is not compared with a class.
      ...(classes.length > 1 && { versus: "nothing" }),
    });
  }
}

type Activation = Inspection["profile"]["activation"];

function row({ probability, ...named }: ListedClass, activation: Activation): TemplateResult {
  // A score that is no probability has no share to draw.
  const share = activation === "none" ? 0 : (probability ?? 0);
  const width = Math.max(0, Math.min(1, share)) * 100;
  return html`<span class="name">${className(named)}</span>
    <span class="number"
      >${probability === undefined ? "" : strength(probability, activation)}</span
    >
    <span class="bar"><div class="fill" .style=${`width:${width}%`}></div></span>`;
}

function hintOf({ logit, ...named }: ListedClass): string {
  const facts = [
    className(named),
    `class ${named.index}`,
    ...(logit === undefined ? [] : [`logit ${number(logit)}`]),
    "Ctrl-click: together with the others",
  ];
  return facts.join(" · ");
}

const skeleton = html`<div class="rows skeleton" aria-hidden="true">
  ${[1, 2, 3, 4, 5].map(
    () =>
      html`<div class="choice">
        <span class="name"></span><span></span><span class="bar"></span>
      </div>`,
  )}
</div>`;
