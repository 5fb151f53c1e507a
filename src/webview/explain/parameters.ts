import { css, html, LitElement, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Inspection } from "../../explain/api";
import {
  expected,
  parsed,
  type ChoiceParameter,
  type IntegerParameter,
  type Parameter,
  type ParameterValue,
  type RealParameter,
  type TextParameter,
} from "../../explain/method/parameter";
import { activeTile, changedValues, changeTile, valuesOf } from "../../extension/wire/tiles";
import type { PanelState } from "../../extension/wire/viewApi";
import { button } from "../control/button";
import "../control/dropdown";
import "../control/field";
import "../control/picker";
import type { PickerItem } from "../control/search";
import { shared } from "../control/style";
import { automaticWords } from "./automatic";
import { choose } from "./event";
import { layerItems } from "./layerItems";
import { refusedValues } from "./refused";

type NumberParameter = IntegerParameter | RealParameter;

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
    const refused = refusedValues(this.state, tile);
    const rows = Object.entries(method.parameters).map(([name, parameter]) =>
      this.row(parameter, {
        value: values[name]!,
        inspection,
        placeholder: automaticWords(inspection, method.id, values, name),
        refused: refused.includes(name),
        take: (text) => this.change(name, parameter, text),
      }),
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

  private row(parameter: Parameter, entry: Entry): TemplateResult {
    const { title, meaning } = parameter;
    return html`<span class="name" title=${meaning}>${title}</span> ${control(parameter, entry)}`;
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

/** What a parameter's control shows, and what it does. */
interface Entry {
  readonly value: ParameterValue;
  readonly inspection: Inspection;
  /** Stands for a value that is left to the method. */
  readonly placeholder: string;
  readonly refused: boolean;
  take(text: string): void;
}

function control(parameter: Parameter, entry: Entry): TemplateResult {
  if (parameter.kind === "choice") return options(parameter, entry);
  return parameter.kind === "text" ? layer(parameter, entry) : numeric(parameter, entry);
}

function options({ title, options, meaning }: ChoiceParameter, { value, take }: Entry) {
  return html`<sightline-dropdown
    label=${title}
    title=${meaning}
    .items=${options.map((option) => ({ value: option, label: inWords(option) }))}
    .value=${String(value)}
    @pick=${({ detail }: CustomEvent<string>) => take(detail)}
  ></sightline-dropdown>`;
}

function layer(parameter: TextParameter, { value, inspection, take }: Entry) {
  const { title, automatic = "" } = parameter;
  const shown = String(value);
  return html`<sightline-picker
    label=${title}
    noun="layers"
    searchHint="Search by name, operator or size"
    placeholder=${automatic}
    .items=${[noLayer(parameter), ...layerItems(inspection.layers, shown)]}
    .value=${shown}
    @pick=${({ detail }: CustomEvent<string>) => take(detail)}
  ></sightline-picker>`;
}

/** The entry for the layer that the method finds itself. */
function noLayer({ automatic = "", meaning }: TextParameter): PickerItem {
  return {
    ...{ value: "", name: automatic, hint: meaning },
    ...{ detail: "", size: "", group: "", tags: [], starred: true, minor: false },
  };
}

function numeric(parameter: NumberParameter, { value, placeholder, refused, take }: Entry) {
  const { title, meaning, unit = "", automatic } = parameter;
  const isAutomatic = automatic !== undefined && value === parameter.default;
  // An empty field leaves the value to the method.
  const meant = (typed: string) =>
    automatic !== undefined && typed.trim() === "" ? String(parameter.default) : typed;
  const check = (typed: string) =>
    parsed(parameter, meant(typed)) === undefined
      ? `${title} takes ${expected(parameter)}.`
      : undefined;
  return html`<sightline-field
    label=${title}
    title=${meaning}
    .value=${isAutomatic ? "" : String(value)}
    .placeholder=${isAutomatic ? placeholder : (automatic ?? "")}
    .unit=${unit}
    .refused=${refused}
    .check=${check}
    @pick=${({ detail }: CustomEvent<string>) => take(meant(detail))}
  ></sightline-field>`;
}

/** `guidedBackprop` → “guided backprop”. */
function inWords(option: string): string {
  return option.replace(/[a-z][A-Z]/g, ([a, b]) => `${a} ${b!.toLowerCase()}`);
}
