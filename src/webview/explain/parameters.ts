import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import {
  expected,
  parsed,
  type Parameter,
  type ParameterValue,
} from "../../explain/method/parameter";
import { activeTile, changedValues, changeTile, valuesOf } from "../../extension/wire/tiles";
import type { PanelState } from "../../extension/wire/viewApi";
import { button } from "../control/button";
import { checkbox } from "../control/checkbox";
import "../control/dropdown";
import "../control/field";
import { shared } from "../control/style";
import { choose } from "./event";

/** The parameters of the active tile's method as a form; nothing for a method without any. */
@customElement("sightline-parameters")
export class ParameterForm extends LitElement {
  @property({ attribute: false }) state!: PanelState;

  static override readonly styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 5fr) minmax(0, 6fr);
        align-items: center;
        gap: 6px 8px;
        padding-left: 8px;
        border-left: 2px solid
          var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
      }
      .name {
        overflow-wrap: anywhere;
      }
      .wide {
        grid-column: 1 / -1;
        justify-self: start;
      }
    `,
  ];

  override render() {
    const { inspection, choice } = this.state;
    const tile = activeTile(choice);
    const method = inspection?.methods.find(({ id }) => id === tile.method);
    if (!inspection || !method) return nothing;
    const values = valuesOf(tile, inspection);
    const isChanged = Object.keys(changedValues(tile)).length > 0;
    const rows = Object.entries(method.parameters).map(([name, parameter]) =>
      this.row(name, parameter, values[name]!),
    );
    return html`${rows}
    ${
      isChanged
        ? html`<span class="wide"
            >${button({
              label: "Reset to Defaults",
              icon: "reset",
              press: () => this.set({}),
            })}</span
          >`
        : nothing
    }`;
  }

  private row(name: string, parameter: Parameter, value: ParameterValue): TemplateResult {
    const take = (text: string) => this.change(name, parameter, text);
    if (parameter.kind === "switch")
      return html`<span class="wide" title=${parameter.meaning}
        >${checkbox(parameter.title, value === true, (on) => take(String(on)))}</span
      >`;
    return html`<span class="name" title=${parameter.meaning}>${parameter.title}</span>
      ${parameter.kind === "choice" ? options(parameter, value, take) : text(parameter, value, take)}`;
  }

  /** What has its default is not kept, so that a later default counts. */
  private change(name: string, parameter: Parameter, text: string): void {
    const { [name]: _former, ...others } = changedValues(activeTile(this.state.choice));
    const value = parsed(parameter, text)!;
    this.set(value === parameter.default ? others : { ...others, [name]: value });
  }

  private set(values: Readonly<Record<string, ParameterValue>>): void {
    const { choice } = this.state;
    const { method, parameters } = activeTile(choice);
    choose(this, changeTile(choice, { parameters: { ...parameters, [method]: values } }));
  }
}

function options(
  { title, options, meaning }: Extract<Parameter, { kind: "choice" }>,
  value: ParameterValue,
  take: (text: string) => void,
): TemplateResult {
  return html`<sightline-dropdown
    label=${title}
    title=${meaning}
    .items=${options.map((option) => ({ value: option, label: inWords(option) }))}
    .value=${String(value)}
    @pick=${({ detail }: CustomEvent<string>) => take(detail)}
  ></sightline-dropdown>`;
}

function text(parameter: Parameter, value: ParameterValue, take: (text: string) => void) {
  const check = (typed: string) =>
    parsed(parameter, typed) === undefined
      ? `${parameter.title} takes ${expected(parameter)}.`
      : undefined;
  return html`<sightline-field
    label=${parameter.title}
    title=${parameter.meaning}
    .value=${String(value)}
    .unit=${"unit" in parameter ? (parameter.unit ?? "") : ""}
    .check=${check}
    @pick=${({ detail }: CustomEvent<string>) => take(detail)}
  ></sightline-field>`;
}

/** `guidedBackprop` → “guided backprop”. */
function inWords(option: string): string {
  return option.replace(/[a-z][A-Z]/g, ([a, b]) => `${a} ${b!.toLowerCase()}`);
}
