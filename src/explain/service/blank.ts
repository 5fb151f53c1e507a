import type { AttributionMap } from "../api";
import { number } from "../number";
import { isEven } from "./grid";

/** Whether a map holds numbers only, so that it can be written and drawn. */
export function isFiniteMap({ range }: Pick<AttributionMap, "range">): boolean {
  return Number.isFinite(range.min) && Number.isFinite(range.max);
}

/** Why a map shows nothing after its final step, in one sentence; `undefined` when it shows something. */
export function whyBlank(
  { range, logit, ...map }: Omit<AttributionMap, "data" | "blank">,
  labels: readonly string[] = [],
): string | undefined {
  const what = whatFor(map, labels);
  const place = map.layer ? `“${map.layer}”` : "the image";
  if (!Number.isFinite(logit)) {
    return (
      "The class scores of this image are not numbers (NaN or infinite): the network's weights are damaged, or it overflows on this " +
      "image; check the model, and how its profile scales images."
    );
  }
  if (!isFiniteMap({ range })) {
    return (
      `The map of ${what} has values that are not numbers (NaN or infinite), though its score is one: an operator on the way back has no slope here, ` +
      "as a square root of 0 has none, or the slopes overflow; choose a later layer."
    );
  }
  if (map.versus && "class" in map.versus && map.versus.class === map.classIndex) {
    const { versus: _itself, ...asked } = map;
    return `There is no map of ${whatFor(asked, labels)} rather than itself: choose another class to compare with.`;
  }
  if (range.min === 0 && range.max === 0) {
    const remedy =
      map.layer &&
      " If other images give no map either, the score does not depend on the places of this layer: choose an earlier one.";
    return `The map is zero everywhere: at ${place} nothing speaks for or against ${what} in this image.${remedy}`;
  }
  if (isEven(range)) {
    return `The map has the same value everywhere (${number(range.max)}), so that no place of the image counts more than another.`;
  }
  if (range.max <= 0 && map.level !== "free") {
    if (map.negated) {
      const { negated: _turned, ...asked } = map;
      return `Nothing at ${place} speaks against ${whatFor(asked, labels)}: the map of what does has no positive value.`;
    }
    return `All evidence at ${place} speaks against ${what}: the signed map has no positive value.`;
  }
  return undefined;
}

/** What was explained: “cat”, or what was asked of it. */
function whatFor(
  {
    label,
    classIndex,
    negated,
    versus,
    set,
  }: Pick<AttributionMap, "label" | "classIndex" | "negated" | "versus" | "set">,
  labels: readonly string[],
): string {
  const named = (index: number, own = labels[index]) => (own ? `“${own}”` : `class ${index}`);
  const name = named(classIndex, label);
  if (set && set.length > 1) return `the ${set.length} classes together`;
  const compared = versus
    ? `${name} rather than ${"class" in versus ? named(versus.class) : "its nearest classes"}`
    : name;
  return negated ? `the opposite of ${compared}` : compared;
}
