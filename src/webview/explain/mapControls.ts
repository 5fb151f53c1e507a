import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Inspection } from "../../explain/api";
import { activeTile } from "../../extension/wire/tiles";
import type { PanelState } from "../../extension/wire/viewApi";
import { choiceStyles, shared } from "../control/style";
import { isPlain } from "./asked";
import { layerRows, moreOfLayer } from "./layerRows";
import { lookRows } from "./lookRows";
import { methodRows } from "./methodRows";
import { moreOfScore, scoreRows } from "./scoreRows";

/** How the active tile's map is made (method, layer, score), and how all of them are shown. */
@customElement("sightline-map-controls")
export class MapControls extends LitElement {
  @property({ attribute: false }) state!: PanelState;
  private wasUsed = false;

  static override readonly styles = [
    shared,
    choiceStyles,
    css`
      .grid {
        display: grid;
        grid-template-columns: 56px minmax(0, 1fr);
        align-items: center;
        gap: 6px 8px;
      }
      .wide {
        grid-column: 2;
      }
      .more {
        grid-column: 1 / -1;
      }
      .more .grid {
        grid-template-columns: 96px minmax(0, 1fr);
        margin: 6px 0;
      }
      .more .wide {
        grid-column: 1 / -1;
      }
      .stack {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 4px;
      }
      .chip {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 4px;
        padding-left: 8px;
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        border-radius: 3px;
      }
      .opacity {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 40px;
        align-items: center;
        gap: 6px;
        text-align: right;
      }
      summary {
        cursor: pointer;
      }
      summary:focus-visible {
        outline: 1px solid var(--vscode-focusBorder);
      }
      p {
        overflow-wrap: anywhere;
      }
      code {
        font-family: var(--vscode-editor-font-family);
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    const { state } = this;
    const { inspection } = state;
    return html`<div class="grid">
      ${
        inspection
          ? [
              methodRows(this, state, inspection),
              layerRows(this, state, inspection),
              scoreRows(this, state, inspection),
              this.more(inspection),
            ]
          : nothing
      }
      ${lookRows(this, state)}
    </div>`;
  }

  /** What is seldom asked for; open where something of it is chosen. */
  private more(inspection: Inspection) {
    const { state } = this;
    const { fusedLayers, augmented } = activeTile(state.choice);
    const isUsed = fusedLayers.length > 0 || augmented || !isPlain(state);
    // What is in use is in sight; closing it is left to the user.
    if (isUsed) this.wasUsed = true;
    return html`<details class="more" ?open=${this.wasUsed}>
      <summary class="quiet">More options</summary>
      <div class="grid">
        ${moreOfScore(this, state, inspection)} ${moreOfLayer(this, state, inspection)}
      </div>
    </details>`;
  }
}
