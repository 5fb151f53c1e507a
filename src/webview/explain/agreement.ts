import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { agreement } from "../../explain/judge/agreement";
import { renderMap } from "../../explain/picture/upsample";
import type { PanelState } from "../../extension/wire/viewApi";
import { shared } from "../control/style";
import type { Heat } from "./heat";
import { heatsOf } from "./scale";
import { tileNames } from "./tileNames";

/** Maps are compared in so many rows and columns of the image. */
const side = 64;
/** From this share of its maximum on, a map is strong. */
const threshold = 0.2;

/** How far the maps beside each other agree, pair by pair. */
@customElement("sightline-agreement")
export class Agreement extends LitElement {
  @property({ attribute: false }) state!: PanelState;

  static override readonly styles = [
    shared,
    css`
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th {
        padding: 0 0 2px 8px;
        color: var(--quiet);
        font-weight: 400;
        text-align: right;
        white-space: nowrap;
        vertical-align: bottom;
      }
      th:first-child,
      td:first-child {
        padding-left: 0;
        text-align: left;
        overflow-wrap: anywhere;
      }
      td {
        padding: 2px 0 2px 8px;
        text-align: right;
      }
    `,
  ];

  override render() {
    const heats = heatsOf(this.state);
    const names = tileNames(this.state).map(({ method, detail }) =>
      detail ? `${method} (${detail})` : method,
    );
    const pairs = heats.flatMap((one, i) =>
      heats.slice(i + 1).map((other, k) => ({ one, other, names: [names[i]!, names[i + k + 1]!] })),
    );
    return html`<table>
      <tr>
        <th scope="col">Maps</th>
        <th scope="col" title="Spearman's rank correlation: 1 = the same order of places, 0 = none">
          Rank corr.
        </th>
        <th
          scope="col"
          title="Where each map has at least 20 % of its maximum: what both cover, divided by what either covers (IoU)"
        >
          Overlap
        </th>
      </tr>
      ${pairs.map(
        ({ one, other, names: [first, second] }) =>
          html`<tr>
            <td>${first} – ${second}</td>
            ${numbers(one, other).map((text) => html`<td class="number">${text}</td>`)}
          </tr>`,
      )}
    </table>`;
  }
}

const known = new WeakMap<Heat, WeakMap<Heat, readonly string[]>>();

/** Rank correlation and overlap of two maps, in words. */
function numbers(one: Heat | undefined, other: Heat | undefined): readonly string[] {
  if (!one || !other) return ["…", "…"];
  const before = known.get(one)?.get(other);
  if (before) return before;
  const { rankCorrelation, overlap } = agreement(drawn(one), drawn(other), threshold);
  const words = [
    rankCorrelation?.toFixed(2).replace("-", "−") ?? "–",
    overlap === undefined ? "–" : `${Math.round(100 * overlap)} %`,
  ];
  known.set(one, (known.get(one) ?? new WeakMap<Heat, readonly string[]>()).set(other, words));
  return words;
}

/** The map in the same places as every other; NaN where it does not reach. */
function drawn({ cells, geometry }: Heat): Float32Array {
  return renderMap(cells, geometry, { width: side, height: side }).data;
}
