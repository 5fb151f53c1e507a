import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { expect } from "vitest";

const read = (name: string) =>
  JSON.parse(readFileSync(join(__dirname, "../../media/schema", name), "utf8")) as object;

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true })
  .addSchema(read("inspection.schema.json"))
  .addSchema(read("manifest.schema.json"));

/** `value` is what the schema in `media/schema` says. */
export function expectValid(schema: "inspection" | "manifest", value: unknown): void {
  ajv.validate(`${schema}.schema.json`, value);
  expect(ajv.errors ?? []).toEqual([]);
}
