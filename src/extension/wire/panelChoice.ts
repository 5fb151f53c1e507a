import { colourMaps } from "../../explain/picture/colourMap";
import type { Look, PanelChoice } from "./viewApi";

/** For each field, whether a value can be the field's. */
type Checks<T> = { readonly [K in keyof Required<T>]: (value: unknown) => boolean };

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isOneOf =
  (...values: readonly unknown[]) =>
  (value: unknown) =>
    values.includes(value);

const lookChecks: Checks<Look> = {
  layers: isOneOf("overlay", "map", "image"),
  opacity: (value) => typeof value === "number" && value >= 0 && value <= 1,
  colourMap: isOneOf(...colourMaps.map(({ id }) => id)),
  peak: (value) => typeof value === "boolean",
};

const choiceChecks: Checks<PanelChoice> = {
  model: (value) => value === undefined || isText(value),
  output: (value) => value === undefined || isText(value),
  images: (value) => Array.isArray(value) && value.every(isText),
  image: isText,
  method: isText,
  layer: isText,
  classIndex: (value) => value === "predicted" || (Number.isInteger(value) && Number(value) >= 0),
  score: isOneOf("logit", "probability"),
  look: (value) => passes(value, lookChecks),
};

/** Whether a value, such as one that an older version kept across a reload, is a panel's choice. */
export function isPanelChoice(value: unknown): value is PanelChoice {
  return (
    passes(value, choiceChecks) &&
    (value as PanelChoice).images.includes((value as PanelChoice).image)
  );
}

function passes<T>(value: unknown, checks: Checks<T>): boolean {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return Object.entries<(field: unknown) => boolean>(checks).every(([key, check]) =>
    check(fields[key]),
  );
}
