import { expect, test } from "vitest";
import { fromJson, toJson } from "../../../src/extension/wire/json";

const throughJson = (value: unknown) => fromJson(JSON.parse(JSON.stringify(toJson(value))));

test.each([
  [NaN],
  [[Infinity, -Infinity, 1]],
  [{ predictions: [{ index: 0, logit: NaN, label: "" }], failure: null, ready: true }],
  ["NaN"],
  [null],
])("%j comes through JSON as it was", (value) => expect(throughJson(value)).toEqual(value));

test("arrays of numbers are left as they are", () => {
  const map = { data: Float32Array.of(NaN, 1), range: { min: NaN, max: NaN } };
  expect((toJson(map) as typeof map).data).toBe(map.data);
});
