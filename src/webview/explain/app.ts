import { html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property, state as internal } from "lit/decorators.js";
import { describeError } from "../../explain/error";
import { nameOf } from "../../extension/wire/fileName";
import { isReport } from "../../extension/wire/report";
import { shownMap, shownResult } from "../../extension/wire/shown";
import { activeTile, addTile } from "../../extension/wire/tiles";
import { mostTiles, type PanelProgress, type PanelState } from "../../extension/wire/viewApi";
import { button } from "../control/button";
import "../control/dropdown";
import { middle } from "../control/middle";
import { ring } from "../control/ring";
import { shared } from "../control/style";
import "./agreement";
import { copyPicture } from "./copy";
import { describe, headline } from "./describe";
import { act, choose } from "./event";
import "./facts";
import { blankLine, cautionLine, sanityLine, stoppedLine } from "./lines";
import { layout } from "./layout";
import "./mapControls";
import "./notice";
import "./predictions";
import { refusals } from "./refusals";
import "./seen";
import "./stage";
import "./strip";
import "./tiles";
import "./trust";

const noteTime = 4000;

/** The Explain page: picture on the left, what it means on the right, the other images below. */
@customElement("sightline-explain")
export class ExplainPage extends LitElement {
  /** `undefined` until the host has answered. */
  @property({ attribute: false }) state: PanelState | undefined;

  /** Said for a moment, and read out. */
  @internal() private note = "";

  static override readonly styles = [shared, layout];

  override render() {
    const { state } = this;
    if (!state) return html`<main class="waiting">${ring("Opening")}</main>`;
    return html`
      ${this.toolbar(state)}
      <main>${this.middle(state)} ${sidebar(state)}</main>
      ${
        state.choice.images.length > 1
          ? html`<sightline-strip .state=${state}></sightline-strip>`
          : nothing
      }
    `;
  }

  private toolbar(state: PanelState) {
    const { model, image } = state.choice;
    return html`<header role="toolbar" aria-label="Explanation">
      <span class="model">
        ${button({
          label: nameOf(model ?? "Choose a model"),
          icon: "model",
          isName: true,
          hint: `${model ?? "No model"}\nChoose another model`,
          press: () => act(this, "chooseModel"),
        })}
      </span>
      ${this.output(state)}
      <span class="image">${middle(nameOf(image), image)}</span>
      <span class="buttons">${this.buttons(state)}</span>
    </header>`;
  }

  /** Which of several outputs is explained; it changes everything else, so it stands beside the model. */
  private output({ inspection, choice }: PanelState) {
    if (!inspection || inspection.score.candidates.length < 2) return nothing;
    const { score, outputs } = inspection;
    const items = score.candidates.map((name) => {
      const dims = outputs.find((output) => output.name === name)?.dims.join(" × ") ?? "";
      return { value: name, label: name, hint: `${name}: ${dims}` };
    });
    const pick = ({ detail }: CustomEvent<string>) => {
      const tiles = choice.tiles.map((tile) => ({ ...tile, layer: "auto", fusedLayers: [] }));
      choose(this, { output: detail, classes: "predicted", versus: "nothing", tiles });
    };
    return html`<span class="output" title=${score.reason}>
      <span class="quiet">Output</span>
      <sightline-dropdown
        label="Output that is explained"
        .items=${items}
        .value=${score.output}
        @pick=${pick}
      ></sightline-dropdown>
    </span>`;
  }

  private buttons(state: PanelState) {
    const ready = shownMap(state) !== undefined;
    return [
      this.compareButton(state),
      button({
        label: "Copy Picture",
        icon: "copy",
        appearance: "icon",
        disabled: !ready,
        press: () => void this.copy(state),
      }),
      button({
        label: "Copy as Command Line",
        icon: "terminal",
        appearance: "icon",
        disabled: !state.choice.model,
        press: () => act(this, "copyCommandLine"),
      }),
      button({
        label: "Save…",
        icon: "save",
        hint: "Save the overlay (PNG), the map (.npy) and a manifest",
        disabled: !ready,
        press: () => act(this, "save"),
      }),
    ];
  }

  private compareButton({ choice, inspection }: PanelState) {
    const isFull = choice.tiles.length >= mostTiles;
    return button({
      label: choice.tiles.length === 1 ? "Compare" : "Add Map",
      icon: "compare",
      hint: isFull
        ? `${mostTiles} maps are the most that can stand beside each other`
        : "Show another map of the same image beside this one",
      disabled: !inspection || isFull,
      press: () => choose(this, addTile(choice, inspection!)),
    });
  }

  private middle(state: PanelState) {
    const { progress } = state;
    const waiting = !shownResult(state)?.picture;
    const active = activeTile(state.choice);
    return html`<section class="middle" aria-label="Heat-map">
      <div class="notices">${this.notices(state)} ${refusals(this, state)}</div>
      ${
        state.choice.tiles.length > 1
          ? html`<sightline-tiles .state=${state}></sightline-tiles>`
          : html`<sightline-stage
              .state=${state}
              description=${describe(state, active)}
            ></sightline-stage>`
      }
      ${progress && waiting ? this.progress(progress) : nothing}
      <div class="lines">${blankLine(this, state)} ${cautionLine(state)} ${sanityLine(state)}</div>
      <div class="foot">
        <p class="caption" aria-live="polite">${this.note || headline(state)}</p>
        ${progress && !waiting ? this.progress(progress) : stoppedLine(this, state)}
      </div>
    </section>`;
  }

  private progress({ fraction, text, counted }: PanelProgress) {
    const share = fraction > 0 && !counted ? ` · ${Math.round(fraction * 100)}\u00a0%` : "";
    return html`<span class="working" role="status">
      ${ring(text)}
      <span>${text}${share}</span>
      ${button({ label: "Cancel", press: () => act(this, "cancel") })}
    </span>`;
  }

  private async copy(state: PanelState): Promise<void> {
    try {
      await copyPicture(state);
      this.note = "Picture copied.";
    } catch (cause) {
      this.note = `The picture could not be copied: ${describeError(cause)}`;
    }
    setTimeout(() => (this.note = ""), noteTime);
  }

  private notices({ choice, results, failure }: PanelState): TemplateResult[] {
    const own = results[choice.image];
    return [failure, isReport(own) ? own : undefined]
      .filter((error) => error !== undefined)
      .map((error) => html`<sightline-notice .error=${error}></sightline-notice>`);
  }
}

function sidebar(state: PanelState) {
  return html`<aside>
    <section aria-label="Prediction">
      <h2>Prediction</h2>
      <sightline-predictions .state=${state}></sightline-predictions>
    </section>
    ${
      state.choice.tiles.length > 1
        ? html`<section aria-label="Agreement">
            <h2>Agreement</h2>
            <sightline-agreement .state=${state}></sightline-agreement>
          </section>`
        : nothing
    }
    <section aria-label="Map">
      <h2>Heat-map</h2>
      <sightline-map-controls .state=${state}></sightline-map-controls>
    </section>
    ${
      state.inspection
        ? html`<section aria-label="How far to trust it">
              <h2>How far to trust it</h2>
              <sightline-trust .state=${state}></sightline-trust>
            </section>
            <section aria-label="What the model saw">
              <h2>What the model saw</h2>
              <sightline-seen .state=${state}></sightline-seen>
            </section>
            <section aria-label="Run">
              <h2>Run</h2>
              <sightline-facts .state=${state}></sightline-facts>
            </section>`
        : nothing
    }
  </aside>`;
}
