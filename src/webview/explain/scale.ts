import { colourMapOf, type ColourMap } from "../../explain/picture/colourMap";
import { scaleOf } from "../../explain/picture/overlay";
import { shownMap, shownResult } from "../../extension/wire/shown";
import type { PanelState } from "../../extension/wire/viewApi";
import { heatOf, type Heat } from "./heat";

/** The map of each tile on its way to the screen. */
export function heatsOf(state: PanelState): readonly (Heat | undefined)[] {
  const result = shownResult(state);
  const { tiles, look } = state.choice;
  return tiles.map((tile) => result && heatOf(shownMap(state, tile), result, look.evidence));
}

/** Whether there are several maps whose values compare: of one method, in as many cells. */
export function inOneUnit(state: PanelState): boolean {
  const maps = state.choice.tiles.map((tile) => shownMap(state, tile));
  const [first] = maps;
  return (
    maps.length > 1 &&
    heatsOf(state).every((heat) => heat?.floor === 0) &&
    maps.every((map) => map && map.method === first!.method && `${map.dims}` === `${first!.dims}`)
  );
}

/** The value of the strongest colour in all tiles; `undefined` = each map has its own. */
export function sharedScale(state: PanelState): number | undefined {
  const { look } = state.choice;
  if (look.scale !== "shared" || !inOneUnit(state)) return undefined;
  const colourMap = colourMapOf(look.colourMap);
  return Math.max(...heatsOf(state).map((heat) => (heat ? scaleIn(heat, colourMap) : 0)));
}

const known = {
  sequential: new WeakMap<Heat, number>(),
  diverging: new WeakMap<Heat, number>(),
};

/** Looked for once: a picture has a million pixels, and every tile asks. */
function scaleIn(heat: Heat, colourMap: Pick<ColourMap, "kind">): number {
  const scale = known[colourMap.kind].get(heat) ?? heat.scale ?? scaleOf(heat.grid, colourMap);
  known[colourMap.kind].set(heat, scale);
  return scale;
}
