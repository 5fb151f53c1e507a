import type { AttributionMap } from "./api";

/** Smallest and largest value; NaN when any value is. */
export function rangeOf(data: Float32Array): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (const value of data) {
    if (Number.isNaN(value)) return { min: NaN, max: NaN };
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

/** Why a map shows nothing after its final step, in one sentence; `undefined` when it shows something. */
export function whyBlank({
  range,
  final,
  label,
  classIndex,
  layer,
}: Omit<AttributionMap, "data" | "blank">): string | undefined {
  const name = label ? `“${label}”` : `class ${classIndex}`;
  if (Number.isNaN(range.min)) {
    return `The map has values that are not numbers: the network itself overflows on this image for ${name}.`;
  }
  if (range.min === 0 && range.max === 0) {
    return `The gradient of ${name} at “${layer}” is zero everywhere: the score does not change with this layer here.`;
  }
  if (final === "relu" && range.max <= 0) {
    return `All evidence at “${layer}” speaks against ${name}: the signed map has no positive value.`;
  }
  return undefined;
}
