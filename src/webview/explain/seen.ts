import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Explanation, Inspection } from "../../explain/api";
import { shownResult } from "../../extension/wire/shown";
import type { PanelState } from "../../extension/wire/viewApi";
import { button } from "../control/button";
import { shared } from "../control/style";
import { act } from "./event";
import { guesses, preprocessingSteps, sourceOf, type Step } from "./words";

/** What the network was given: the picture after resizing and cropping, and in words what was done, and how sure that is. */
@customElement("sightline-seen")
export class Seen extends LitElement {
  @property({ attribute: false }) state!: PanelState;
  @query("canvas") private readonly canvas?: HTMLCanvasElement;
  private drawn: Explanation["seen"];

  static override readonly styles = [
    shared,
    css`
      .top {
        display: grid;
        grid-template-columns: 96px minmax(0, 1fr);
        gap: 10px;
      }
      canvas {
        width: 96px;
        height: auto;
        align-self: start;
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        image-rendering: pixelated;
      }
      dl {
        display: grid;
        gap: 3px;
        margin: 0;
      }
      dl > div {
        line-height: 1.3;
      }
      dt {
        float: left;
        margin-right: 6px;
        color: var(--quiet);
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .guess {
        margin-top: 8px;
        padding-left: 8px;
        border-left: 2px solid var(--vscode-editorWarning-foreground);
        overflow-wrap: anywhere;
      }
      .guess b {
        font-weight: 600;
      }
      .guess p + p {
        margin-top: 3px;
      }
      .guess vscode-button {
        margin-top: 6px;
      }
    `,
  ];

  override render() {
    const { inspection } = this.state;
    const seen = shownResult(this.state)?.seen;
    if (!inspection) return nothing;
    return html`<div class="top">
        ${
          seen
            ? html`<canvas
                width=${seen.width}
                height=${seen.height}
                role="img"
                aria-label="The network's input, ${seen.width} by ${seen.height} pixels"
              ></canvas>`
            : html`<span></span>`
        }
        <dl>${preprocessingSteps(inspection.profile).map((step) => line(step, inspection))}</dl>
      </div>
      ${this.guess(inspection)}`;
  }

  override updated(_changed: PropertyValues): void {
    const seen = shownResult(this.state)?.seen;
    if (!this.canvas || !seen || seen === this.drawn) return;
    this.canvas.getContext("2d")?.putImageData(opaque(seen), 0, 0);
    this.drawn = seen;
  }

  private guess(inspection: Inspection) {
    const all = guesses(inspection);
    if (all.length === 0) return nothing;
    return html`<div class="guess quiet">
      <p>Guessed:</p>
      ${all.map(
        ({ about, text, figures }) =>
          html`<p title=${figures ?? nothing}><b>${about}:</b> ${text}</p>`,
      )}
      ${button({
        label: "Create Profile…",
        hint: "Write these guesses into a file beside the model, where they can be corrected",
        press: () => act(this, "createProfile"),
      })}
    </div>`;
  }
}

function line({ title, text, fields }: Step, inspection: Inspection) {
  const { from, detail, figures } = sourceOf(inspection, fields);
  return html`<div title=${figures === undefined ? detail : `${detail} (${figures})`}>
    <dt>${title}</dt>
    <dd>${text}${from === "guess" ? html` <span class="quiet">(guessed)</span>` : nothing}</dd>
  </div>`;
}

function opaque({ rgb, width, height }: NonNullable<Explanation["seen"]>): ImageData {
  const pixels = new ImageData(width, height);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    pixels.data[to] = rgb[from]!;
    pixels.data[to + 1] = rgb[from + 1]!;
    pixels.data[to + 2] = rgb[from + 2]!;
    pixels.data[to + 3] = 255;
  }
  return pixels;
}
