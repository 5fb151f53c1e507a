import { html, nothing, type TemplateResult } from "lit";
import { icon, type IconName } from "./icon";

export interface ButtonOptions {
  readonly label: string;
  readonly icon?: IconName;
  /** `primary` is the one thing to do; `icon` shows no text, its label is read out and shown on hover. */
  readonly appearance?: "primary" | "secondary" | "icon";
  /** Shown on hover. */
  readonly hint?: string;
  readonly disabled?: boolean;
  readonly press: () => void;
}

export function button(options: ButtonOptions): TemplateResult {
  const { label, appearance = "secondary", hint, disabled = false, press } = options;
  const bare = appearance === "icon";
  return html`<vscode-button
    appearance=${appearance}
    aria-label=${label}
    title=${hint ?? (bare ? label : nothing)}
    ?disabled=${disabled}
    @click=${press}
  >
    ${options.icon ? icon(options.icon, bare ? "" : "start") : nothing} ${bare ? nothing : label}
  </vscode-button>`;
}
