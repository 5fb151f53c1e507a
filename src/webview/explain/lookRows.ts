import { html, nothing, type TemplateResult } from "lit";
import { colourMapOf, colourMaps } from "../../explain/picture/colourMap";
import type { Look, PanelState } from "../../extension/wire/viewApi";
import { checkbox } from "../control/checkbox";
import { choices } from "../control/choices";
import "../control/dropdown";
import { slider } from "../control/slider";
import { shownSide } from "./asked";
import { choose } from "./event";
import "./legend";
import { heatsOf, inOneUnit, sharedScale } from "./scale";
import { scaleEnds } from "./heat";

/** How the maps are shown. */
export function lookRows(from: EventTarget, state: PanelState): TemplateResult {
  const { look } = state.choice;
  const change = (part: Partial<Look>) => choose(from, { look: { ...look, ...part } });
  return html`<span>Show</span>
    ${choices("segments", "Show", views, look.layers, (layers) => change({ layers }))}
    ${
      look.evidence === "against"
        ? html`<span>Evidence</span> ${
              shownSide(state) === "against"
                ? choices("segments", "Evidence", sides, look.evidence, (evidence) =>
                    change({ evidence }),
                  )
                : html`<span class="quiet">for: in this map nothing speaks against</span>`
            }`
        : nothing
    }
    <span>Opacity</span>
    <span class="opacity">
      ${slider("Opacity of the heat-map", look.opacity, (opacity) => change({ opacity }))}
      <span class="number">${Math.round(look.opacity * 100)} %</span>
    </span>
    ${
      inOneUnit(state)
        ? html`<span>Scale</span>
            ${choices("segments", "Scale", scales, look.scale, (scale) => change({ scale }))}`
        : nothing
    }
    <span>Colours</span>
    <sightline-dropdown
      label="Colour map"
      .items=${colourMaps.map(({ id, title }) => ({ value: id, label: title }))}
      .value=${look.colourMap}
      @pick=${({ detail }: CustomEvent<string>) => change({ colourMap: detail })}
    ></sightline-dropdown>
    ${legend(state)}
    <span class="wide"
      >${checkbox("Mark the hottest spot", look.peak, (peak) => change({ peak }))}</span
    >`;
}

/** The colour scale, and in words what its ends are where a number alone would mislead. */
function legend(state: PanelState): TemplateResult {
  const { tiles, tile, look } = state.choice;
  const heats = heatsOf(state);
  const heat = heats[tile];
  const shared = sharedScale(state);
  const isRelative = tiles.length > 1 && shared === undefined;
  const ends = heat ? scaleEnds(heat, look.colourMap, shared) : undefined;
  const notes = [
    ...(isRelative && heats.length > 1
      ? [
          inOneUnit(state)
            ? "Each map from 0 to its own maximum."
            : "Each map from 0 to its own maximum: their units differ.",
        ]
      : []),
    ...(tiles.length > 1 && shared !== undefined ? ["One scale for all maps."] : []),
    ...(heat && heat.floor !== 0
      ? ["Drawn from its least value: only differences between its values say something."]
      : []),
    ...(heat?.scale !== undefined && shared === undefined
      ? ["The strongest 1 % of the pixels share the last colour."]
      : []),
    ...(heat?.isSigned && colourMapOf(look.colourMap).kind === "sequential"
      ? ["What speaks against it is drawn as 0; Cool–warm shows both."]
      : []),
  ];
  return html`<sightline-legend
      class="wide"
      .colourMap=${look.colourMap}
      .ends=${ends}
      ?relative=${isRelative}
    ></sightline-legend>
    ${notes.length > 0 ? html`<p class="quiet wide">${notes.join(" ")}</p>` : nothing}`;
}

const views = [
  { value: "overlay", content: "Overlay" },
  { value: "map", content: "Map", hint: "The heat-map alone" },
  { value: "image", content: "Image", hint: "The image alone" },
] as const;

const sides = [
  { value: "for", content: "For", hint: "What speaks for the class" },
  { value: "against", content: "Against", hint: "What speaks against the class" },
] as const;

const scales = [
  { value: "shared", content: "Shared", hint: "One scale for all maps: values compare" },
  { value: "own", content: "Each its own", hint: "Each map from 0 to its maximum: shapes compare" },
] as const;
