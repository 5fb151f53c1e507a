import { html, type TemplateResult } from "lit";

export interface ChoiceItem<T> {
  readonly value: T;
  readonly content: TemplateResult | string;
  /** Shown on hover. */
  readonly hint?: string;
}

/**
 * One of several, all in sight: radio buttons under a look of its own (`class`), so that arrow keys, focus and the screen reader
 * work as the browser does them.
 */
export function choices<T>(
  look: "segments" | "rows" | "strip",
  label: string,
  items: readonly ChoiceItem<T>[],
  chosen: T | undefined,
  choose: (value: T) => void,
): TemplateResult {
  return html`<div class=${look} role="radiogroup" aria-label=${label}>
    ${items.map(
      ({ value, content, hint }) =>
        html`<label class="choice" title=${hint ?? ""}>
          <input
            type="radio"
            name=${label}
            .checked=${value === chosen}
            @change=${() => choose(value)}
          />
          ${content}
        </label>`,
    )}
  </div>`;
}
