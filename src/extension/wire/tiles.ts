import type { Inspection } from "../../explain/api";
import type { ParameterValue } from "../../explain/method/parameter";
import { chosenLayer } from "../../explain/service/chosenLayer";
import { mostTiles, type PanelChoice, type Tile } from "./viewApi";

/** What is chosen for the maps beside each other: changes of it are values, for `choose`. */

type Tiles = Pick<PanelChoice, "tiles" | "tile">;

/** A method's map as it is by default. */
export function plainTile(method: string): Tile {
  return { method, layer: "auto", fusedLayers: [], augmented: false, parameters: {} };
}

/** The tile that the sidebar is about. */
export function activeTile({ tiles, tile }: Tiles): Tile {
  return tiles[tile]!;
}

/** The active tile's and, behind it, the others': the order in which they are asked for. */
export function tilesInOrder(choice: Tiles): readonly Tile[] {
  const active = activeTile(choice);
  return [active, ...choice.tiles.filter((tile) => tile !== active)];
}

/** The active tile made otherwise. */
export function changeTile(choice: Tiles, change: Partial<Tile>): Pick<PanelChoice, "tiles"> {
  const { tiles, tile } = choice;
  return { tiles: tiles.map((own, i) => (i === tile ? { ...own, ...change } : own)) };
}

/** One more tile, which becomes the active one: the first method that is not shown yet, at the same layer. */
export function addTile(choice: Tiles, { methods }: Pick<Inspection, "methods">): Tiles {
  const { tiles } = choice;
  if (tiles.length >= mostTiles) return choice;
  const shown = tiles.map(({ method }) => method);
  const open = methods.filter(({ id, refused }) => !refused && !shown.includes(id));
  const next = open.find(({ progressive }) => !progressive) ?? open[0];
  const { layer, parameters } = activeTile(choice);
  const added = { ...plainTile(next?.id ?? activeTile(choice).method), layer, parameters };
  return { tiles: [...tiles, added], tile: tiles.length };
}

/** Without one tile; the last one stays. */
export function removeTile({ tiles, tile }: Tiles, index: number): Tiles {
  if (tiles.length === 1) return { tiles, tile };
  const left = tiles.filter((_, i) => i !== index);
  const active = tile > index ? tile - 1 : tile;
  return { tiles: left, tile: Math.min(active, left.length - 1) };
}

/** The layer at which a tile's method reads; empty for a method in input space. */
export function layerOf(tile: Tile, inspection: Inspection): string {
  return readsAtLayer(tile, inspection) ? chosenLayer(tile, inspection) : "";
}

/** Whether a layer is chosen for it. */
export function readsAtLayer({ method }: Tile, { methods }: Pick<Inspection, "methods">): boolean {
  return methods.find(({ id }) => id === method)?.readsAt !== "input";
}

/** What is asked of a tile's layer besides its name: nothing that its method does not have. */
export function layerOptions(
  { method, fusedLayers, augmented }: Tile,
  inspection: Pick<Inspection, "methods"> | undefined,
): Pick<Tile, "fusedLayers" | "augmented"> {
  const { readsAt = "layer" } = inspection?.methods.find(({ id }) => id === method) ?? {};
  return {
    fusedLayers: readsAt === "input" ? [] : fusedLayers,
    augmented: readsAt === "layer" && augmented,
  };
}

/** Whether its maps can be averaged over changed images: those that lie at a layer can. */
export function canAverage(tile: Tile, inspection: Pick<Inspection, "methods">): boolean {
  return layerOptions({ ...tile, augmented: true }, inspection).augmented;
}

/** The values of the parameters of a tile's method. */
export function valuesOf(
  { method, parameters }: Tile,
  { methods }: Pick<Inspection, "methods">,
): Readonly<Record<string, ParameterValue>> {
  const own = Object.entries(methods.find(({ id }) => id === method)?.parameters ?? {});
  const given = parameters[method] ?? {};
  return Object.fromEntries(own.map(([name, { default: usual }]) => [name, given[name] ?? usual]));
}

/** Those of its parameters that have not their default. */
export function changedValues(tile: Tile): Readonly<Record<string, ParameterValue>> {
  return tile.parameters[tile.method] ?? {};
}

/** Everything that decides a tile's maps besides image and class; equal texts = the same question. */
export function askedOf(
  { classes, score, negated, versus }: PanelChoice,
  tile: Tile,
  inspection: Inspection,
): string {
  const { fusedLayers, augmented } = layerOptions(tile, inspection);
  return JSON.stringify([
    ...[tile.method, valuesOf(tile, inspection), layerOf(tile, inspection)],
    ...[fusedLayers.toSorted(), augmented],
    ...[score, negated, versus],
    classes !== "predicted" && classes.length > 1 ? classes.toSorted((a, b) => a - b) : [],
  ]);
}
