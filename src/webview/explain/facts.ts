import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shownResult } from "../../extension/wire/shown";
import type { PanelState } from "../../extension/wire/viewApi";
import { shared } from "../control/style";
import { timingWords } from "./words";

/** What ran: model, output, runtime, time. */
@customElement("sightline-facts")
export class Facts extends LitElement {
  @property({ attribute: false }) state!: PanelState;

  static override readonly styles = [
    shared,
    css`
      dl {
        display: grid;
        grid-template-columns: 56px minmax(0, 1fr);
        gap: 4px 8px;
        margin: 0;
      }
      dt {
        color: var(--quiet);
      }
      dd.number {
        white-space: normal;
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    const { inspection } = this.state;
    if (!inspection) return nothing;
    const { runtime, score, model, hash, format, facts } = inspection;
    const result = shownResult(this.state);
    const about = [
      format.toUpperCase(),
      ...Object.entries(facts).map(([name, value]) => `${name} ${value}`),
    ];
    return html`<dl>
      ${
        result
          ? html`<dt>Time</dt>
              <dd class="number">${timingWords(result.timings)}</dd>`
          : nothing
      }
      <dt>Runtime</dt>
      <dd>
        ${runtime.description}
        <p class="quiet">${runtime.reason}</p>
      </dd>
      <dt>Output</dt>
      <dd>
        ${score.output}
        <p class="quiet">${score.reason}</p>
      </dd>
      <dt>Model</dt>
      <dd title=${model}>
        ${about.join(" · ")}
        <p class="quiet" title="SHA-256 of the model file: ${hash}">
          SHA-256 ${hash.slice(0, 12)}…
        </p>
      </dd>
    </dl>`;
  }
}
