import { colourMaps } from "../../explain/picture/colourMap";
import { plainTile } from "./tiles";
import { mostTiles, type Look, type PanelChoice, type Tile } from "./viewApi";

/** For each field, whether a value can be the field's. */
type Checks<T> = { readonly [K in keyof Required<T>]: (value: unknown) => boolean };
type Fields = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isFlag = (value: unknown) => typeof value === "boolean";
const isIndex = (value: unknown) => Number.isInteger(value) && Number(value) >= 0;
const isOneOf =
  (...values: readonly unknown[]) =>
  (value: unknown) =>
    values.includes(value);
const isListOf = (check: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(check);
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isValue = (value: unknown) => ["number", "string", "boolean"].includes(typeof value);

const lookChecks: Checks<Look> = {
  layers: isOneOf("overlay", "map", "image"),
  opacity: (value) => typeof value === "number" && value >= 0 && value <= 1,
  colourMap: isOneOf(...colourMaps.map(({ id }) => id)),
  peak: isFlag,
  evidence: isOneOf("for", "against"),
  scale: isOneOf("shared", "own"),
};

const tileChecks: Checks<Tile> = {
  method: isText,
  layer: isText,
  fusedLayers: isListOf(isText),
  augmented: isFlag,
  parameters: (value) =>
    isFields(value) &&
    Object.values(value).every((own) => isFields(own) && Object.values(own).every(isValue)),
};

const choiceChecks: Checks<PanelChoice> = {
  model: (value) => value === undefined || isText(value),
  output: (value) => value === undefined || isText(value),
  images: isListOf(isText),
  image: isText,
  tiles: (value) =>
    isListOf((tile) => passes(tile, tileChecks))(value) &&
    (value as unknown[]).length > 0 &&
    (value as unknown[]).length <= mostTiles,
  tile: isIndex,
  classes: (value) =>
    value === "predicted" || (isListOf(isIndex)(value) && (value as unknown[]).length > 0),
  score: isOneOf("logit", "probability", "logProbability"),
  negated: isFlag,
  versus: (value) =>
    value === "nothing" ||
    (isFields(value) &&
      (isIndex(value["class"]) || (isIndex(value["nearest"]) && isValue(value["alpha"])))),
  look: (value) => passes(value, lookChecks),
};

/** The choice that a view kept across a reload, also one that an older version kept; `undefined` when it is none. */
export function readPanelChoice(kept: unknown): PanelChoice | undefined {
  const value = isFields(kept) ? modern(kept) : kept;
  if (!passes(value, choiceChecks)) return undefined;
  const choice = value as PanelChoice;
  const isWhole = choice.images.includes(choice.image) && choice.tile < choice.tiles.length;
  return isWhole ? choice : undefined;
}

/** Version 0.1 had one method and one class, and its maps one look. */
function modern(kept: Fields): Fields {
  if ("tiles" in kept) return kept;
  const { method, layer, classIndex, look, ...others } = kept;
  return {
    ...others,
    tiles: [{ ...plainTile(method as string), layer }],
    tile: 0,
    classes: classIndex === "predicted" ? classIndex : [classIndex],
    negated: false,
    versus: "nothing",
    look: isFields(look) ? { ...plainLook, ...look } : look,
  };
}

/** What of a look no setting says. */
export const plainLook = {
  layers: "overlay",
  peak: true,
  evidence: "for",
  scale: "shared",
} as const;

function passes<T>(value: unknown, checks: Checks<T>): boolean {
  return (
    isFields(value) &&
    Object.entries<(field: unknown) => boolean>(checks).every(([key, check]) => check(value[key]))
  );
}
