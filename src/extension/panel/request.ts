import {
  shownClasses,
  type ClassChoice,
  type ExplainRequest,
  type Inspection,
} from "../../explain/api";
import { shownResult, shownSet } from "../wire/shown";
import { activeTile, changedValues, layerOptions, tilesInOrder } from "../wire/tiles";
import type { ImageResult, PanelChoice, PanelState, Tile } from "../wire/viewApi";

/** What a panel's choice means as a request of the engine. */

/** A request for a tile's map of some images. */
export function requestFor(
  { choice, inspection }: Pick<PanelState, "choice" | "inspection">,
  tile: Tile,
  images: readonly string[],
  classes: ClassChoice,
): ExplainRequest {
  const { model = "", output, score, negated, versus } = choice;
  const { method, layer } = tile;
  const { fusedLayers, augmented } = layerOptions(tile, inspection);
  const values = changedValues(tile);
  return {
    model,
    ...(output === undefined ? {} : { output }),
    images,
    methods: [method],
    ...(Object.keys(values).length > 0 && { parameters: { [method]: values } }),
    layer,
    ...(fusedLayers.length > 0 && { fusedLayers }),
    ...(augmented && { augmented }),
    classes,
    score,
    ...(negated && { negated }),
    ...(versus !== "nothing" && { versus }),
  };
}

/** The active tile and those others that one request can bring along: they differ from it in their methods alone. */
export function tilesTogether({
  choice,
  inspection,
}: Pick<PanelState, "choice" | "inspection">): readonly Tile[] {
  const active = activeTile(choice);
  const place = (tile: Tile) => JSON.stringify([tile.layer, layerOptions(tile, inspection)]);
  const near = tilesInOrder(choice).filter((tile) => place(tile) === place(active));
  return near.filter((tile, i) => near.findIndex(({ method }) => method === tile.method) === i);
}

/** What is shown, for all tiles that one request can bring. */
export function shownRequest(state: PanelState, images: readonly string[]): ExplainRequest {
  const { choice } = state;
  const tiles = tilesTogether(state);
  const parameters = tiles
    .map((tile) => [tile.method, changedValues(tile)] as const)
    .filter(([, values]) => Object.keys(values).length > 0);
  const { parameters: _own, ...request } = requestFor(
    state,
    activeTile(choice),
    images,
    sameClasses(choice, images, shownResult(state)),
  );
  return {
    ...request,
    methods: tiles.map(({ method }) => method),
    ...(parameters.length > 0 && { parameters: Object.fromEntries(parameters) }),
  };
}

/** The shown classes by their indices; of several images each has its own prediction. */
function sameClasses(
  choice: PanelChoice,
  images: readonly string[],
  result: ImageResult | undefined,
): ClassChoice {
  const shown = result ? shownSet(choice, result) : [];
  if (shown.length > 1) return { set: shown };
  if (shown.length === 0 || (choice.classes === "predicted" && images.length > 1))
    return { top: 1 };
  return { indices: shown };
}

/**
 * The classes that are asked for at once: the most probable ones come in one go, so that a click on one of them need not wait. Where each
 * class takes runs of its own, only the shown one comes.
 */
export function classesToAsk(
  choice: PanelChoice,
  { method }: Tile,
  inspection: Inspection | undefined,
  result: ImageResult | undefined,
): ClassChoice {
  const { classes } = choice;
  if (classes !== "predicted" && classes.length > 1) return { set: classes };
  const info = inspection?.methods.find(({ id }) => id === method);
  const alone = info?.progressive === true && info.family === "gradient";
  if (classes === "predicted") return { top: alone ? 1 : shownClasses };
  const listed = result?.predictions.some(({ index }) => index === classes[0]) ?? true;
  return listed && !alone ? { top: shownClasses } : { indices: classes };
}
