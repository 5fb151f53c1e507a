import { html, type TemplateResult } from "lit";

export function checkbox(
  label: string,
  checked: boolean,
  change: (checked: boolean) => void,
): TemplateResult {
  const changed = (event: Event) => {
    const now = (event.target as HTMLInputElement).checked;
    if (now !== checked) change(now);
  };
  return html`<vscode-checkbox .checked=${checked} @change=${changed}>${label}</vscode-checkbox>`;
}
