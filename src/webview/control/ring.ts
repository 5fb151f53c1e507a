import { html, type TemplateResult } from "lit";

/** Something is going on; `label` says what. */
export function ring(label: string): TemplateResult {
  return html`<vscode-progress-ring aria-label=${label}></vscode-progress-ring>`;
}
