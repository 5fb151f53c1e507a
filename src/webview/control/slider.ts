import { html, type TemplateResult } from "lit";

/** A value between 0 and 1, in percent. The toolkit has no slider: this is the browser's own, in the theme's colours. */
export function slider(
  label: string,
  value: number,
  change: (value: number) => void,
): TemplateResult {
  const percent = Math.round(value * 100);
  const changed = (event: Event) => change(Number((event.target as HTMLInputElement).value) / 100);
  return html`<input
    type="range"
    min="0"
    max="100"
    step="1"
    aria-label=${label}
    aria-valuetext="${percent} percent"
    .value=${String(percent)}
    @input=${changed}
  />`;
}
