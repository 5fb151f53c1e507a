import { refusalOf } from "../../extension/wire/shown";
import { changedValues } from "../../extension/wire/tiles";
import type { PanelState, Tile } from "../../extension/wire/viewApi";

/** The names of the values that are the reason why a tile's method refuses: those that were changed, where it would not refuse its defaults. */
export function refusedValues(
  state: Pick<PanelState, "choice" | "inspection" | "refused">,
  tile: Tile,
): readonly string[] {
  const method = state.inspection?.methods.find(({ id }) => id === tile.method);
  const isOwn = refusalOf(state, tile)?.code === "method";
  if (!isOwn || !method || method.refused !== undefined) return [];
  return Object.keys(changedValues(tile));
}
