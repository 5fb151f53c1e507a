import { html, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";

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
  /** On a click with Ctrl, Shift or ⌘. */
  add?: (value: T) => void,
): TemplateResult {
  const click = (event: MouseEvent, value: T) => {
    if (!add || !(event.ctrlKey || event.shiftKey || event.metaKey)) return;
    event.preventDefault();
    add(value);
  };
  return html`<div class=${look} role="radiogroup" aria-label=${label}>
    ${items.map(
      ({ value, content, hint }) =>
        html`<label class="choice" title=${hint ?? ""}>
          <input
            type="radio"
            name=${label}
            .checked=${live(value === chosen)}
            @click=${(event: MouseEvent) => click(event, value)}
            @change=${() => choose(value)}
          />
          ${content}
        </label>`,
    )}
  </div>`;
}

/** Any of several, all in sight, under the same look: check boxes. `toggle` puts one in or out. */
export function severalChoices<T>(
  look: "rows",
  label: string,
  items: readonly ChoiceItem<T>[],
  chosen: readonly T[],
  toggle: (value: T) => void,
): TemplateResult {
  return html`<div class=${look} role="group" aria-label=${label}>
    ${items.map(
      ({ value, content, hint }) =>
        html`<label class="choice several" title=${hint ?? ""}>
          <input
            type="checkbox"
            .checked=${live(chosen.includes(value))}
            @change=${() => toggle(value)}
          />
          ${content}
        </label>`,
    )}
  </div>`;
}
