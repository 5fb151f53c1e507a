import { html, nothing, type TemplateResult } from "lit";
import { icon, type IconName } from "./icon";
import { middle } from "./middle";

export interface ButtonOptions {
  readonly label: string;
  readonly icon?: IconName;
  /** `primary` is the one thing to do; `icon` shows no text, its label is read out and shown on hover. */
  readonly appearance?: "primary" | "secondary" | "icon";
  /** Shown on hover. */
  readonly hint?: string;
  /** Whether the label is a name that may lose its middle for want of room. */
  readonly isName?: boolean;
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
    ${options.icon ? icon(options.icon, bare ? "" : "start") : nothing}
    ${bare ? nothing : options.isName ? middle(label, hint) : label}
  </vscode-button>`;
}
