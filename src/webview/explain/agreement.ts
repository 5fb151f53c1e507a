import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { AttributionMap } from "../../explain/api";
import { agreement, comparedSide, strongFrom } from "../../explain/judge/agreement";
import type { Geometry } from "../../explain/picture/geometry";
import { renderMap } from "../../explain/picture/upsample";
import { asGrid } from "../../explain/service/grid";
import { isFiniteMap } from "../../explain/service/blank";
import { mayCome, shownMap, shownResult } from "../../extension/wire/shown";
import type { PanelState, Tile } from "../../extension/wire/viewApi";
import { shared } from "../control/style";
import { sideOf, turned, type Side } from "./heat";
import { tileNames } from "./tileNames";

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
    const { tiles, look } = this.state.choice;
    const geometry = shownResult(this.state)?.geometry;
    const drawn = tiles.map((tile) => {
      const map = shownMap(this.state, tile);
      return map && geometry && comparable(map, geometry, look.evidence);
    });
    const names = tileNames(this.state).map(({ method, detail }) =>
      detail ? `${method} (${detail})` : method,
    );
    const pairs = drawn.flatMap((one, i) =>
      drawn.slice(i + 1).map((other, k) => ({
        ...{ one, other, names: [names[i]!, names[i + k + 1]!] },
        lacking: [tiles[i]!, tiles[i + k + 1]!].every((tile) => canBe(this.state, tile))
          ? "…"
          : "–",
      })),
    );
    return html`<table>
      <tr>
        <th scope="col">Maps</th>
        <th scope="col" title="Spearman's rank correlation: 1 = the same order of places, 0 = none">
          Rank corr.
        </th>
        <th
          scope="col"
          title=${`Where each map has at least ${100 * strongFrom} % of its maximum: what both cover, divided by what either covers (IoU)`}
        >
          Overlap
        </th>
      </tr>
      ${pairs.map(
        ({ one, other, lacking, names: [first, second] }) =>
          html`<tr>
            <td>${first} – ${second}</td>
            ${(one && other ? numbers(one, other) : [lacking, lacking]).map((text) => html`<td class="number">${text}</td>`)}
          </tr>`,
      )}
    </table>`;
  }
}

/** Whether a tile has its map, or may have it later. */
function canBe(state: PanelState, tile: Tile): boolean {
  return shownMap(state, tile) !== undefined || mayCome(state, tile);
}

/** A map in as many places of the image as every other; NaN where it does not reach. */
type Comparable = Float32Array;

const knownPlaces: Readonly<Record<Side, WeakMap<AttributionMap, Comparable>>> = {
  for: new WeakMap(),
  against: new WeakMap(),
};

/** The numbers that the manifest compares too, worked out once per map; none of a map that is not all numbers. */
function comparable(map: AttributionMap, geometry: Geometry, asked: Side): Comparable {
  if (!isFiniteMap(map)) return new Float32Array();
  const side = sideOf(map, asked);
  const size = { width: comparedSide, height: comparedSide };
  const places =
    knownPlaces[side].get(map) ?? renderMap(asGrid(turned(map, side)), geometry, size).data;
  knownPlaces[side].set(map, places);
  return places;
}

const known = new WeakMap<Comparable, WeakMap<Comparable, readonly string[]>>();

/** Rank correlation and overlap of two maps, in words. */
function numbers(one: Comparable, other: Comparable): readonly string[] {
  const before = known.get(one)?.get(other);
  if (before) return before;
  const { rankCorrelation, overlap } = agreement(one, other, strongFrom);
  const words = [
    rankCorrelation?.toFixed(2).replace("-", "−") ?? "–",
    overlap === undefined ? "–" : `${Math.round(100 * overlap)} %`,
  ];
  known.set(
    one,
    (known.get(one) ?? new WeakMap<Comparable, readonly string[]>()).set(other, words),
  );
  return words;
}
