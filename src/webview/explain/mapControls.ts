import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Inspection, MethodInfo, ScoreKind } from "../../explain/api";
import { colourMaps } from "../../explain/picture/colourMap";
import { layerOf, shownMap, shownResult } from "../../extension/wire/shown";
import type { Look, PanelState } from "../../extension/wire/viewApi";
import { checkbox } from "../control/checkbox";
import { choices } from "../control/choices";
import "../control/dropdown";
import "../control/picker";
import { slider } from "../control/slider";
import { choiceStyles, shared } from "../control/style";
import { choose } from "./event";
import { heatOf, scaleEnds } from "./heat";
import { layerItems } from "./layerItems";
import "./legend";

const autoLayer = "auto";
/** How the map is made (method, layer, score) and how it is shown. */
@customElement("sightline-map-controls")
export class MapControls extends LitElement {
  @property({ attribute: false }) state!: PanelState;

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
    const { inspection } = this.state;
    return html`<div class="grid">
      ${inspection ? [this.method(inspection), this.layer(inspection), this.score(inspection)] : nothing}
      ${this.look()}
    </div>`;
  }

  private method({ methods }: Inspection) {
    const { method } = this.state.choice;
    const chosen = methods.find(({ id }) => id === method);
    const items = methods.map(({ id, title, refused }) => ({
      value: id,
      label: refused ? `${title} (not for this model)` : title,
      disabled: refused !== undefined,
      hint: refused,
    }));
    return html`<span>Method</span>
      <sightline-dropdown
        label="Method"
        .items=${items}
        .value=${method}
        @pick=${({ detail }: CustomEvent<string>) => choose(this, { method: detail })}
      ></sightline-dropdown>
      ${chosen ? about(chosen) : nothing}`;
  }

  private layer(inspection: Inspection) {
    const { layers, layerReason } = inspection;
    const shown = layerOf(this.state.choice, inspection);
    const standard = layers.find((layer) => layer.default)?.name;
    const pick = ({ detail }: CustomEvent<string>) =>
      choose(this, { layer: detail === standard ? autoLayer : detail });
    return html`<span>Layer</span>
      <sightline-picker
        label="Layer"
        noun="layers"
        searchHint="Search by name, operator or size"
        .items=${layerItems(layers, shown)}
        .value=${shown}
        @pick=${pick}
      ></sightline-picker>
      ${shown === standard ? html`<p class="quiet wide">${layerReason}</p>` : nothing}`;
  }

  private score({ scores }: Inspection) {
    if (scores.length < 2) return nothing;
    const items = scores.map((score) => ({
      value: score,
      content: scoreNames[score],
      hint: scoreHints[score],
    }));
    const { score } = this.state.choice;
    return html`<span>Score</span>
      ${choices("segments", "Score", items, score, (value) => choose(this, { score: value }))}`;
  }

  private legend() {
    const result = shownResult(this.state);
    const heat = result && heatOf(shownMap(this.state), result);
    const { colourMap } = this.state.choice.look;
    return html`<sightline-legend
      class="wide"
      .colourMap=${colourMap}
      .ends=${heat ? scaleEnds(heat, colourMap) : undefined}
    ></sightline-legend>`;
  }

  private look() {
    const { look } = this.state.choice;
    const change = (part: Partial<Look>) => choose(this, { look: { ...look, ...part } });
    return html`<span>Show</span>
      ${choices("segments", "Show", views, look.layers, (layers) => change({ layers }))}
      <span>Opacity</span>
      <span class="opacity">
        ${slider("Opacity of the heat-map", look.opacity, (opacity) => change({ opacity }))}
        <span class="number">${Math.round(look.opacity * 100)} %</span>
      </span>
      <span>Colours</span>
      <sightline-dropdown
        label="Colour map"
        .items=${colourMaps.map(({ id, title }) => ({ value: id, label: title }))}
        .value=${look.colourMap}
        @pick=${({ detail }: CustomEvent<string>) => change({ colourMap: detail })}
      ></sightline-dropdown>
      ${this.legend()}
      <span class="wide"
        >${checkbox("Mark the hottest spot", look.peak, (peak) => change({ peak }))}</span
      >`;
  }
}

const views = [
  { value: "overlay", content: "Overlay" },
  { value: "map", content: "Map", hint: "The heat-map alone" },
  { value: "image", content: "Image", hint: "The image alone" },
] as const;

const scoreNames: Readonly<Record<ScoreKind, string>> = {
  logit: "Logit",
  probability: "Probability",
  logProbability: "Log-prob.",
};

const scoreHints: Readonly<Record<ScoreKind, string>> = {
  logit: "Explain the value before softmax or sigmoid",
  probability: "Explain the probability: other classes' evidence counts too",
  logProbability: "Explain the logarithm of the probability, which does not saturate",
};

function about({ formula, paper }: MethodInfo) {
  return html`<details class="quiet wide">
    <summary>${formula === "" ? "About" : "Formula and paper"}</summary>
    <p><code>${formula}</code></p>
    <p>${paper}</p>
  </details>`;
}
