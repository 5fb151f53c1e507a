import { css, html, LitElement, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { strength } from "../../explain/percent";
import { nameOf } from "../../extension/wire/fileName";
import { isReport } from "../../extension/wire/report";
import type { PanelState } from "../../extension/wire/viewApi";
import { choices } from "../control/choices";
import { icon } from "../control/icon";
import { choiceStyles, shared } from "../control/style";
import { choose } from "./event";
import { urlOf } from "./picture";
import { className } from "./words";

/** The images of the panel, each with what the model says. */
@customElement("sightline-strip")
export class Strip extends LitElement {
  @property({ attribute: false }) state!: PanelState;

  static override readonly styles = [
    shared,
    choiceStyles,
    css`
      .strip {
        display: flex;
        gap: 4px;
        padding: 8px;
        overflow-x: auto;
      }
      .strip .choice {
        flex: none;
        width: 104px;
        padding: 4px;
        border-radius: 3px;
      }
      .strip .choice:hover {
        background: var(--vscode-list-hoverBackground);
      }
      .strip .choice:has(:checked) {
        background: var(--vscode-list-activeSelectionBackground);
        color: var(--vscode-list-activeSelectionForeground);
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
      }
      .strip .choice:has(:focus-visible) {
        outline: 1px solid var(--vscode-focusBorder);
      }
      img,
      .empty {
        display: grid;
        place-items: center;
        width: 96px;
        height: 64px;
        object-fit: contain;
      }
      .empty {
        border-radius: 2px;
        background: var(--vscode-scrollbarSlider-background);
      }
      .line {
        display: flex;
        justify-content: space-between;
        gap: 4px;
        margin-top: 3px;
        font-size: 11px;
      }
      .line > :first-child {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
    `,
  ];

  override render() {
    const { images, image } = this.state.choice;
    const items = images.map((path) => ({
      value: path,
      content: this.thumbnail(path),
      hint: path,
    }));
    return choices("strip", "Images", items, image, (path) => choose(this, { image: path }));
  }

  override updated(): void {
    this.renderRoot.querySelector(".choice:has(:checked)")?.scrollIntoView({
      block: "nearest",
      inline: "nearest",
    });
  }

  private thumbnail(path: string): TemplateResult {
    const result = this.state.results[path];
    const name = nameOf(path);
    if (isReport(result))
      return html`<span class="empty" title=${result.message}>${icon("warning")}</span>
        <span class="line"><span>${name}</span><span>failed</span></span>`;
    const best = result?.predictions[0];
    const { activation = "softmax" } = this.state.inspection?.profile ?? {};
    return html`${
        result?.picture
          ? html`<img src=${urlOf(result.picture)} alt=${name} />`
          : html`<span class="empty"></span>`
      }
      <span class="line"
        ><span>${best ? className(best) : name}</span>
        <span class="number">${best ? strength(best.probability, activation) : ""}</span></span
      >`;
  }
}
