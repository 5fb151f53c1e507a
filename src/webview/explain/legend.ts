import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { number } from "../../explain/number";
import { colourMapOf } from "../../explain/picture/colourMap";
import { shared } from "../control/style";

/** The colour scale with the values at its ends. */
@customElement("sightline-legend")
export class Legend extends LitElement {
  @property() colourMap = "";
  @property({ attribute: false }) ends: readonly [number, number] | undefined;
  /** The ends are those of each map: they have names instead of values. */
  @property({ type: Boolean }) relative = false;
  @query("canvas") private readonly canvas!: HTMLCanvasElement;

  static override readonly styles = [
    shared,
    css`
      canvas {
        display: block;
        width: 100%;
        height: 8px;
        border-radius: 2px;
      }
      div {
        display: flex;
        justify-content: space-between;
        margin-top: 2px;
        font-size: 11px;
      }
    `,
  ];

  override render() {
    return html`<canvas width="256" height="1" aria-hidden="true"></canvas> ${
        this.ends
          ? html`<div class="quiet number">
              ${this.ends.map((value) => html`<span>${this.words(value)}</span>`)}
            </div>`
          : nothing
      }`;
  }

  private words(value: number): string {
    if (!this.relative) return number(value);
    if (value === this.ends![1]) return "maximum";
    return value < 0 ? "−maximum" : "0";
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has("colourMap")) return;
    const { table } = colourMapOf(this.colourMap);
    const row = new ImageData(256, 1);
    for (let i = 0; i < 256; i++) row.data.set([...table.subarray(3 * i, 3 * i + 3), 255], 4 * i);
    this.canvas.getContext("2d")?.putImageData(row, 0, 0);
  }
}
