import { changedValues, layerOf, layerOptions } from "../../extension/wire/tiles";
import type { PanelState, Tile } from "../../extension/wire/viewApi";
import { methodTitle } from "./describe";

/** What a tile is called among the others. */
export interface TileName {
  readonly method: string;
  /** What it differs in: its layer, parameters that have not their default; empty when nothing need be said. */
  readonly detail: string;
}

/** A tile's name as a text: “Occlusion, window 48”. */
export function wholeName({ method, detail }: TileName): string {
  return detail ? `${method}, ${detail}` : method;
}

/** The tiles' names; a layer is said where they have several. Without a model, whose methods have titles, they are counted. */
export function tileNames(state: PanelState): readonly TileName[] {
  const { inspection, choice } = state;
  if (!inspection) return choice.tiles.map((_, i) => ({ method: `Map ${i + 1}`, detail: "" }));
  const layers = choice.tiles.map((tile) => layerOf(tile, inspection));
  const places = new Set(layers.filter((layer) => layer !== ""));
  return choice.tiles.map((tile, i) => ({
    method: methodTitle(state, tile),
    detail: [...(places.size > 1 && layers[i] ? [layers[i]] : []), ...changes(state, tile)].join(
      " · ",
    ),
  }));
}

function changes({ inspection }: PanelState, tile: Tile): readonly string[] {
  const method = inspection?.methods.find(({ id }) => id === tile.method);
  const values = Object.entries(changedValues(tile)).map(([name, value]) => {
    const title = method?.parameters[name]?.title.toLowerCase() ?? name;
    return `${title} ${value}`;
  });
  const { fusedLayers, augmented } = layerOptions(tile, inspection);
  const joined = fusedLayers.length;
  return [
    ...(joined > 0 ? [`joined with ${joined} more`] : []),
    ...(augmented ? ["averaged"] : []),
    ...values,
  ];
}
