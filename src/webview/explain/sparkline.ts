import { html, svg, type TemplateResult } from "lit";
import type { Judgement } from "../../explain/api";
import { number } from "../../explain/number";

const size = { width: 72, height: 22 };
const margin = 1.5;

/** A curve as small as a word, from the smallest to the largest of its values; on hover its axes and ends. */
export function sparkline(
  { x, y, xTitle, yTitle }: NonNullable<Judgement["curve"]>,
  label: string,
): TemplateResult {
  const [across, up] = [along(x, size.width), along(y, size.height)];
  const points = x.map((_, i) => `${across(i)},${size.height - up(i)}`).join(" ");
  const ends = `${number(y[0] ?? NaN)} at first, ${number(y.at(-1) ?? NaN)} at last`;
  return html`<svg
    width=${size.width}
    height=${size.height}
    viewBox="0 0 ${size.width} ${size.height}"
    role="img"
    aria-label="${label}: ${yTitle} over ${xTitle}, ${ends}"
  >
    ${svg`<title>${yTitle} over ${xTitle}: ${ends}</title>
      <polyline points=${points} fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" />`}
  </svg>`;
}

/** Where a value lies along an axis of a length; in the middle when all are equal. */
function along(values: readonly number[], length: number): (index: number) => number {
  const least = Math.min(...values);
  const reach = Math.max(...values) - least;
  const room = length - 2 * margin;
  return (i) => margin + (reach > 0 ? ((values[i]! - least) / reach) * room : room / 2);
}
