import { shownClasses, type ErrorReport, type Prediction } from "../../explain/api";
import { isReport } from "./report";
import { activeTile, askedOf } from "./tiles";
import type { ImageResult, PanelChoice, PanelMap, PanelState, Tile } from "./viewApi";

/** What of a panel's state is shown: the same answer in the host, which fetches what is missing, and in the view. */

export function shownResult(state: PanelState): ImageResult | undefined {
  return resultOf(state, state.choice.image);
}

export function resultOf({ results }: PanelState, image: string): ImageResult | undefined {
  const result = results[image];
  return isReport(result) ? undefined : result;
}

/** The classes that are explained together: the chosen ones, else the most probable; empty when there is none. */
export function shownSet({ classes }: PanelChoice, result: ImageResult): readonly number[] {
  return classes === "predicted"
    ? result.predictions.slice(0, 1).map(({ index }) => index)
    : classes;
}

/** A choice of several classes reduced to its first, for what is not possible with several. */
export function oneClass({ classes }: PanelChoice): Pick<PanelChoice, "classes"> {
  return { classes: classes === "predicted" ? classes : classes.slice(0, 1) };
}

/** The map that a tile (the active one by default) asks for, or as much of it as there is; `undefined` when there is nothing yet. */
export function shownMap(state: PanelState, tile?: Tile): PanelMap | undefined {
  const { choice, inspection } = state;
  const result = shownResult(state);
  if (!result || !inspection) return undefined;
  const asked = askedOf(choice, tile ?? activeTile(choice), inspection);
  const [first, ...others] = shownSet(choice, result);
  return result.maps.find(
    (map) => map.asked === asked && (others.length > 0 || map.classIndex === first),
  );
}

/** Why a tile has no map; `undefined` while it may come. */
export function refusalOf(
  { choice, inspection, refused }: Pick<PanelState, "choice" | "inspection" | "refused">,
  tile: Tile,
): ErrorReport | undefined {
  return inspection && refused[askedOf(choice, tile, inspection)];
}

/** Whether a map that is not there is still worked on, or waits for its turn. */
export function mayCome(state: PanelState, tile: Tile): boolean {
  return state.progress !== undefined && refusalOf(state, tile) === undefined;
}

/** A map among all of a panel, for what is known of it besides. */
export function mapKey({ choice }: PanelState, { asked, classIndex, progress }: PanelMap): string {
  return JSON.stringify([choice.image, asked, classIndex, progress?.done ?? 0]);
}

/** A class in the list; what its score is may not be known. */
export type ListedClass = Pick<Prediction, "index" | "label"> & Partial<Prediction>;

/** The rows of the class list: the most probable, and the chosen classes that are not among them. */
export function listedClasses(state: PanelState, result: ImageResult): readonly ListedClass[] {
  const { choice, inspection } = state;
  const top = result.predictions.slice(0, shownClasses);
  const others = shownSet(choice, result).filter(
    (index) => !top.some((row) => row.index === index),
  );
  const more = others.map((index): ListedClass => {
    const known =
      result.predictions.find((prediction) => prediction.index === index) ??
      result.maps.find((map) => map.classIndex === index);
    if (!known) return { index, label: inspection?.classes[index]?.label ?? "" };
    const { label, logit, probability } = known;
    return { index, label, logit, probability };
  });
  return [...top, ...more];
}
