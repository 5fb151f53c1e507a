import {
  shownClasses,
  type AttributionMap,
  type Explanation,
  type Inspection,
  type Prediction,
} from "../../explain/api";
import { chosenLayer } from "../../explain/service/chosenLayer";
import { isReport } from "./report";
import type { Loaded, PanelChoice, PanelState } from "./viewApi";

/** What of a panel's state is shown: the same answer in the host, which fetches what is missing, and in the view. */

export function shownResult(state: PanelState): Explanation | undefined {
  return resultOf(state, state.choice.image);
}

export function resultOf({ results }: PanelState, image: string): Explanation | undefined {
  const result: Loaded<Explanation> = results[image];
  return isReport(result) ? undefined : result;
}

/** The class whose map is shown: the chosen one, else the most probable. */
export function shownClass(choice: PanelChoice, result: Explanation): number | undefined {
  return choice.classIndex === "predicted" ? result.predictions[0]?.index : choice.classIndex;
}

/** The map that the choice asks for; `undefined` when it was not computed yet. */
export function shownMap(state: PanelState): AttributionMap | undefined {
  const { choice, inspection } = state;
  const result = shownResult(state);
  if (!result || !inspection) return undefined;
  const classIndex = shownClass(choice, result);
  const layer = layerOf(choice, inspection);
  return result.maps.find(
    (map) =>
      map.method === choice.method &&
      map.classIndex === classIndex &&
      map.score === choice.score &&
      map.layer === layer,
  );
}

/** The layer at which the chosen method reads; empty for a method in input space. */
export function layerOf(choice: PanelChoice, inspection: Inspection): string {
  const method = inspection.methods.find(({ id }) => id === choice.method);
  return method?.readsAt === "input" ? "" : chosenLayer(choice, inspection);
}

/** The rows of the class list: the most probable, and the chosen class when it is not among them. */
export function listedClasses(choice: PanelChoice, result: Explanation): readonly Prediction[] {
  const top = result.predictions.slice(0, shownClasses);
  const { classIndex } = choice;
  if (classIndex === "predicted" || top.some(({ index }) => index === classIndex)) return top;
  const map = result.maps.find((candidate) => candidate.classIndex === classIndex);
  if (!map) return top;
  const { label, logit, probability } = map;
  return [...top, { index: classIndex, label, logit, probability }];
}

/** Merges what was learned of an image into what was known; a newer map takes the place of its elder. */
export function mergeResults(known: Explanation | undefined, fresh: Explanation): Explanation {
  if (!known || known.hash !== fresh.hash) return fresh;
  const replaced = (map: AttributionMap) =>
    fresh.maps.some(
      (other) =>
        other.method === map.method &&
        other.layer === map.layer &&
        other.score === map.score &&
        other.classIndex === map.classIndex,
    );
  return {
    ...fresh,
    picture: fresh.picture ?? known.picture,
    seen: fresh.seen ?? known.seen,
    maps: [...known.maps.filter((map) => !replaced(map)), ...fresh.maps],
  };
}
