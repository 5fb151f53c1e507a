import { svg, html, type TemplateResult } from "lit";

/** Line icons on a 16-pixel grid, in the text's colour. */
const shapes = {
  copy: svg`<rect x="5.5" y="5.5" width="8" height="8" rx="1"/><path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2"/>`,
  save: svg`<path d="M8 2.5v7.5M5 7.5l3 3 3-3M2.5 11.5v1a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-1"/>`,
  terminal: svg`<rect x="1.5" y="2.5" width="13" height="11" rx="1"/><path d="M4 6l2.5 2L4 10M8.5 10.5h3"/>`,
  model: svg`<circle cx="3.5" cy="4" r="1.5"/><circle cx="3.5" cy="12" r="1.5"/><circle cx="12.5" cy="8" r="1.5"/><path d="M5 4.7l6 2.6M5 11.3l6-2.6"/>`,
  chevron: svg`<path d="M4.5 6.5L8 10l3.5-3.5"/>`,
  warning: svg`<path d="M8 2.5l6 11H2z"/><path d="M8 6.5v3.5M8 11.8v.2"/>`,
  error: svg`<circle cx="8" cy="8" r="5.75"/><path d="M6 6l4 4M10 6l-4 4"/>`,
  info: svg`<circle cx="8" cy="8" r="5.75"/><path d="M8 7.2v3.6M8 5.2v.2"/>`,
  compare: svg`<rect x="1.5" y="3.5" width="5.5" height="9" rx="1"/><rect x="9" y="3.5" width="5.5" height="9" rx="1"/>`,
  close: svg`<path d="M4.5 4.5l7 7M11.5 4.5l-7 7"/>`,
  reset: svg`<path d="M3 8a5 5 0 1 0 1.6-3.7M3 2.8v2.4h2.4"/>`,
  search: svg`<circle cx="7" cy="7" r="4.25"/><path d="M10.2 10.2l3.3 3.3"/>`,
} as const;

export type IconName = keyof typeof shapes;

/** Decoration only: the text beside it, or the control's label, says what it means. */
export function icon(name: IconName, slot = ""): TemplateResult {
  return html`<svg
    slot=${slot}
    class="icon"
    width="16"
    height="16"
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.1"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${shapes[name]}
  </svg>`;
}
