import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Judgement } from "../../explain/api";
import { factWords } from "../../explain/factWords";
import { number } from "../../explain/number";
import { mapKey, shownMap } from "../../extension/wire/shown";
import type { Judged, PanelMap, PanelState } from "../../extension/wire/viewApi";
import { button } from "../control/button";
import { icon } from "../control/icon";
import { ring } from "../control/ring";
import { shared } from "../control/style";
import { act } from "./event";
import { sparkline } from "./sparkline";

/** Numbers about the active tile's map, and what tests say of it. */
@customElement("sightline-trust")
export class Trust extends LitElement {
  @property({ attribute: false }) state!: PanelState;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: grid;
        gap: 8px;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 3px 8px;
        margin: 0;
      }
      dd {
        margin: 0;
      }
      .test {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto auto;
        align-items: center;
        gap: 2px 8px;
      }
      .test p {
        grid-column: 1 / -1;
        overflow-wrap: anywhere;
      }
      .test svg {
        color: var(--vscode-charts-blue, var(--vscode-progressBar-background));
      }
      .working,
      .line {
        display: flex;
        align-items: center;
        gap: 8px;
        color: var(--quiet);
      }
      .working > span {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      vscode-progress-ring {
        width: 16px;
        height: 16px;
      }
      vscode-button {
        justify-self: start;
      }
    `,
  ];

  override render() {
    const map = shownMap(this.state);
    if (!map) return html`<p class="quiet">There is no map yet.</p>`;
    const judged = this.state.judged[mapKey(this.state, map)];
    return html`${facts(map)} ${judged?.judgements.map(test)} ${this.work(judged)}
    ${judged ? nothing : this.offer(map)}`;
  }

  private work(judged: Judged | undefined) {
    if (judged?.progress) {
      const { fraction, text } = judged.progress;
      const share = fraction > 0 ? ` · ${Math.round(fraction * 100)} %` : "";
      return html`<div class="working" role="status">
        ${ring(text)}<span>${text}${share}</span>
        ${button({ label: "Cancel", press: () => act(this, "cancelJudging") })}
      </div>`;
    }
    if (!judged?.failure) return nothing;
    const { code, message } = judged.failure;
    return html`<div class="line">
        ${icon(code === "cancelled" ? "info" : "error")}<span role="alert">${message}</span>
      </div>
      ${button({ label: "Judge Again", press: () => act(this, "judge") })}`;
  }

  private offer(map: PanelMap) {
    const tests = this.state.inspection?.judgements ?? [];
    if (tests.length === 0) return nothing;
    if (map.growth === "growing")
      return html`<p class="quiet">Tests can be run when the map is whole, or stopped.</p>`;
    const titles = tests.map(({ title, meaning }) => `${title}: ${meaning}`);
    return html`<p class="quiet">
        Tests run the model on changed images, or with changed weights, to see whether the map means
        anything.
      </p>
      ${button({
        label: "Judge This Map",
        hint: titles.join("\n"),
        press: () => act(this, "judge"),
      })}`;
  }
}

function facts(map: PanelMap): TemplateResult | typeof nothing {
  const rows = factWords(map);
  if (rows.length === 0) return nothing;
  return html`<dl>
    ${rows.map(
      ([title, words]) =>
        html`<dt>${title}</dt>
          <dd class="number">${words}</dd>`,
    )}
  </dl>`;
}

const directions: Readonly<Record<Judgement["better"], string>> = {
  higher: "higher is better",
  lower: "lower is better",
  neither: "",
};

function test({ title, value, better, verdict, curve }: Judgement): TemplateResult {
  return html`<div class="test">
    <span
      >${title}
      ${directions[better] ? html`<span class="quiet">(${directions[better]})</span>` : nothing}</span
    >
    <span>${curve ? sparkline(curve, title) : nothing}</span>
    <span class="number">${value === undefined ? "–" : number(value)}</span>
    <p class="quiet">${verdict}</p>
  </div>`;
}
