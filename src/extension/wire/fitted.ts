import type { Inspection } from "../../explain/api";
import type { PanelChoice, Tile } from "./viewApi";

/** What is said of the classes of a model, when nothing is. */
export const plainClasses = { classes: "predicted", versus: "nothing" } as const;

/** A choice that was made in another model, or before this one changed, without what this one does not have: layers and classes. */
export function fitted(choice: PanelChoice, inspection: Inspection): PanelChoice {
  const { classes, versus, tiles } = choice;
  const known = new Set(inspection.classes.map(({ index }) => index));
  const lacks = (index: number) => !known.has(index);
  const isLost =
    (classes !== "predicted" && classes.some(lacks)) ||
    (versus !== "nothing" && "class" in versus && lacks(versus.class));
  return {
    ...choice,
    ...(isLost && plainClasses),
    tiles: tiles.map((tile) => fittedTile(tile, inspection)),
  };
}

function fittedTile(tile: Tile, { layers, methods }: Inspection): Tile {
  const known = new Set(layers.map(({ name }) => name));
  const values = Object.entries(tile.parameters).map(([id, own]) => {
    const parameters = methods.find((method) => method.id === id)?.parameters ?? {};
    // A text names a layer.
    const kept = Object.entries(own).filter(
      ([name, value]) => parameters[name]?.kind !== "text" || known.has(String(value)),
    );
    return [id, Object.fromEntries(kept)] as const;
  });
  return {
    ...tile,
    layer: known.has(tile.layer) ? tile.layer : "auto",
    fusedLayers: tile.fusedLayers.filter((name) => known.has(name)),
    parameters: Object.fromEntries(values),
  };
}
