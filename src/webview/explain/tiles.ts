import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { number } from "../../explain/number";
import { doneWords, earlyWords } from "../../extension/wire/growth";
import { mayCome, shownMap, shownResult } from "../../extension/wire/shown";
import { removeTile } from "../../extension/wire/tiles";
import type { PanelState, Tile } from "../../extension/wire/viewApi";
import { button } from "../control/button";
import { shared } from "../control/style";
import { blankWords } from "./asked";
import { describe } from "./describe";
import { choose } from "./event";
import { heatOf, scaleEnds, type Heat } from "./heat";
import "./stage";
import { tileNames, wholeName, type TileName } from "./tileNames";

/** Two to four maps beside each other; one of them is the one that the sidebar is about. */
@customElement("sightline-tiles")
export class Tiles extends LitElement {
  @property({ attribute: false }) state!: PanelState;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: block;
        min-width: 0;
        min-height: 0;
        container-type: size;
      }
      .tiles {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        /* Of every tile its head, picture and caption: the pictures are equally high, however long the captions. */
        grid-auto-rows: auto minmax(0, 1fr) auto;
        gap: 8px;
        height: 100%;
      }
      .tile {
        display: grid;
        grid-template: subgrid / minmax(0, 1fr);
        grid-row: span 3;
        min-height: 0;
        gap: 4px;
        padding: 4px 6px 6px;
        border: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        border-radius: 4px;
        cursor: pointer;
      }
      .tile.active {
        border-color: var(--vscode-focusBorder);
        cursor: default;
      }
      .head {
        display: flex;
        align-items: center;
        gap: 6px;
        min-width: 0;
        min-height: 24px;
      }
      label {
        position: relative;
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        cursor: inherit;
      }
      .active b {
        font-weight: 600;
      }
      b {
        font-weight: 400;
      }
      input {
        position: absolute;
        inset: 0;
        margin: 0;
        opacity: 0;
        cursor: inherit;
      }
      .tile:has(input:focus-visible) {
        outline: 1px solid var(--vscode-focusBorder);
        outline-offset: 1px;
      }
      .foot {
        overflow-wrap: anywhere;
        min-height: 1.4em;
      }
      @container (max-aspect-ratio: 9/10) {
        .tiles.two {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  override render() {
    const { tiles } = this.state.choice;
    const names = tileNames(this.state);
    const count = tiles.length === 2 ? "two" : "";
    return html`<div class="tiles ${count}" role="radiogroup" aria-label="Maps beside each other">
      ${tiles.map((tile, i) => this.tile(tile, names[i]!, i))}
    </div>`;
  }

  private tile(tile: Tile, own: TileName, index: number): TemplateResult {
    const { state } = this;
    const { method, detail } = own;
    const isActive = index === state.choice.tile;
    const take = () => {
      if (!isActive) choose(this, { tile: index });
    };
    const drop = (event: Event) => {
      event.stopPropagation();
      choose(this, removeTile(state.choice, index));
    };
    const name = wholeName(own);
    return html`<section class="tile ${isActive ? "active" : ""}" @click=${take}>
      <div class="head">
        <label title=${name}>
          <input type="radio" name="tile" aria-label=${name} .checked=${isActive} @change=${take} />
          <b>${method}</b>${detail ? html` <span class="quiet">${detail}</span>` : nothing}
        </label>
        <span @click=${drop}
          >${button({
            label: `Remove ${name}`,
            icon: "close",
            appearance: "icon",
            press: () => undefined,
          })}</span
        >
      </div>
      <sightline-stage
        .state=${state}
        .tile=${tile}
        description=${describe(state, tile)}
      ></sightline-stage>
      <p class="foot quiet" title=${this.foot(tile)}>${this.foot(tile)}</p>
    </section>`;
  }

  /** What there is to say of a map in one short line. */
  private foot(tile: Tile): string {
    const { state } = this;
    const map = shownMap(state, tile);
    if (!map) return mayCome(state, tile) ? "Waiting …" : "No map";
    const blank = blankWords(state, map);
    if (blank) return blank;
    const result = shownResult(state);
    const { evidence, colourMap } = state.choice.look;
    const heat = result && heatOf(map, result, evidence);
    const facts = [
      ...(map.growth === "whole" ? [] : [doneWords(map), earlyWords(map)]),
      ...(heat ? [`${largest(heat)} ${number(scaleEnds(heat, colourMap)[1])}`, heat.where] : []),
    ];
    return facts.filter(Boolean).join(" · ");
  }
}

/** What the upper end of the scale is. */
const largest = ({ scale }: Heat): string => (scale === undefined ? "max." : "99 % below");
