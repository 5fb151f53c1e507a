import { expect, test } from "vitest";
import { growthWords } from "../../../src/extension/wire/growth";

const progress = { done: 640, planned: 4000, unit: "masks" };
const grown = (more: object, final: "relu" | "none" = "none", min = -1) =>
  growthWords({ progress: { ...progress, ...more }, range: { min, max: 1 }, final }).text;

test("how far a map has come, with its standard error as a share of what is shown", () => {
  expect(grown({})).toBe("640 of 4,000 masks");
  expect(grown({ standardError: 0.06 })).toBe(
    "640 of 4,000 masks · standard error 3 % of the range",
  );
  expect(grown({ standardError: 0.06 }, "relu")).toContain("standard error 6 %");
  expect(grown({ standardError: 0.006 })).toContain("standard error 0.3 %");
});

test("a map without a range has no share of it", () =>
  expect(grown({ standardError: 0.06 }, "none", 1)).toBe("640 of 4,000 masks"));
