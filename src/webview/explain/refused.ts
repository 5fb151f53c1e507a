import { activeTile, changedValues } from "../../extension/wire/tiles";
import type { PanelState } from "../../extension/wire/viewApi";

/** The names of the values that are the reason why the active tile's method refuses: those that were changed, where it would not refuse its defaults. */
export function refusedValues({
  choice,
  inspection,
  failure,
}: Pick<PanelState, "choice" | "inspection" | "failure">): readonly string[] {
  const tile = activeTile(choice);
  const method = inspection?.methods.find(({ id }) => id === tile.method);
  if (failure?.code !== "method" || !method || method.refused !== undefined) return [];
  return Object.keys(changedValues(tile));
}
