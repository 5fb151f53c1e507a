import type { AttributionMap } from "../api";

/** Smallest and largest value; both NaN when any value is. */
export function rangeOf(data: Float32Array): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  // By index: a third of the time that iterating takes, and maps in input space have as many numbers as the image.
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (Number.isNaN(value)) return { min: NaN, max: NaN };
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

/** Whether a map holds numbers only, so that it can be written and drawn. */
export function isFiniteMap({ range }: Pick<AttributionMap, "range">): boolean {
  return Number.isFinite(range.min) && Number.isFinite(range.max);
}

/** Why a map shows nothing after its final step, in one sentence; `undefined` when it shows something. */
export function whyBlank({
  range,
  final,
  label,
  classIndex,
  layer,
  logit,
}: Omit<AttributionMap, "data" | "blank">): string | undefined {
  const name = label ? `“${label}”` : `class ${classIndex}`;
  if (!isFiniteMap({ range })) {
    if (!Number.isFinite(logit)) {
      return (
        "The class scores of this image are not numbers (NaN or infinite): the network's weights are damaged, or it overflows on this " +
        "image; check the model, and how its profile scales images."
      );
    }
    return (
      `The map of ${name} has values that are not numbers (NaN or infinite), though its score is one: an operator on the way back has no slope here, ` +
      "as a square root of 0 has none, or the slopes overflow; choose a later layer."
    );
  }
  if (range.min === 0 && range.max === 0) {
    return (
      `The map is zero everywhere: at “${layer}” nothing speaks for or against ${name} in this image. If other images give no map either, the score does ` +
      "not depend on the places of this layer: choose an earlier one."
    );
  }
  if (final === "relu" && range.max <= 0) {
    return `All evidence at “${layer}” speaks against ${name}: the signed map has no positive value.`;
  }
  return undefined;
}
