/** The part of JSON Schema (draft 7) that Sightline's own schemas use. */
export interface Schema {
  readonly type?: "object" | "array" | "string" | "number" | "integer" | "boolean";
  readonly enum?: readonly (string | number)[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** Whether `value` fits. An object's keys must all be in `properties`: every object here says `additionalProperties: false`. */
export function fits(value: unknown, schema: Schema): boolean {
  if (schema.anyOf) return schema.anyOf.some((choice) => fits(value, choice));
  if (schema.enum) return schema.enum.includes(value as string | number);
  return schema.type !== undefined && typeChecks[schema.type](value, schema);
}

const typeChecks: Record<
  NonNullable<Schema["type"]>,
  (value: unknown, schema: Schema) => boolean
> = {
  object: (value, { properties = {}, required = [] }) =>
    isRecord(value) &&
    required.every((key) => key in value) &&
    Object.keys(value).every(
      (key) => Object.hasOwn(properties, key) && fits(value[key], properties[key]!),
    ),
  array: (value, { items, minItems = 0, maxItems = Infinity }) =>
    Array.isArray(value) &&
    value.length >= minItems &&
    value.length <= maxItems &&
    (items === undefined || value.every((item) => fits(item, items))),
  string: (value, { minLength = 0 }) => typeof value === "string" && value.length >= minLength,
  number: isInRange,
  integer: (value, schema) => Number.isInteger(value) && isInRange(value, schema),
  boolean: (value) => typeof value === "boolean",
};

function isInRange(value: unknown, schema: Schema): boolean {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema;
  return (
    typeof value === "number" && value >= minimum && value <= maximum && value > exclusiveMinimum
  );
}

/** Whether a value is an object with keys: neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a schema allows, in words that complete “must be …”. */
export function expected(schema: Schema): string {
  if (schema.anyOf) return [...new Set(schema.anyOf.map(expected))].join(", or ");
  if (schema.enum) return alternatives(schema.enum.map((value) => JSON.stringify(value)));
  switch (schema.type) {
    case "array":
      return `a list of ${count(schema)}${counted(schema.maxItems, expected(schema.items ?? {}))}`;
    case "object":
      return `{ ${Object.entries(schema.properties ?? {})
        .map(([key, value]) => `"${key}": ${expected(value)}`)
        .join(", ")} }`;
    case "number":
    case "integer":
      return `a ${schema.type === "integer" ? "whole " : ""}number${range(schema)}`;
    case "string":
      return "a text";
    case "boolean":
      return "true or false";
    default:
      return "a value";
  }
}

const count = ({ minItems, maxItems }: Schema): string =>
  minItems !== undefined && minItems === maxItems ? `${minItems} ` : "";

/** “1 number above 0”, “3 numbers above 0”. */
const counted = (n: number | undefined, words: string): string =>
  words.replace(/^an? ((?:whole )?\w+)/, n === 1 ? "$1" : "$1s");

function range({ minimum, maximum, exclusiveMinimum }: Schema): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return exclusiveMinimum === undefined ? "" : ` above ${exclusiveMinimum}`;
}

/** “a, b or c”. */
export function alternatives(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
