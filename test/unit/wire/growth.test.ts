import { expect, test } from "vitest";
import { doneWords, earlyWords, growthWords } from "../../../src/extension/wire/growth";

const progress = { done: 640, planned: 4000, unit: "masks" };
const mapOf = (more: object, final: "relu" | "none" = "none", min = -1) => ({
  progress: { ...progress, ...more },
  range: { min, max: 1 },
  final,
});

test("one is counted in the singular", () =>
  expect(doneWords(mapOf({ done: 1, planned: 1, unit: "windows" }))).toBe("1 of 1 window"));
const grown = (more: object, final: "relu" | "none" = "none", min = -1) =>
  growthWords(mapOf(more, final, min)).text;

test("how far a map has come, with its standard error as a share of what is shown", () => {
  expect(grown({ standardError: 0.06 })).toBe(
    "640 of 4,000 masks · standard error 3 % of the range",
  );
  expect(grown({ standardError: 0.06 }, "relu")).toContain("standard error 6 %");
  expect(grown({ standardError: 0.006 })).toContain("standard error 0.3 %");
});

test("a map without a range has no share of it", () =>
  expect(grown({ standardError: 0.06 }, "none", 1)).toBe(
    "640 of 4,000 masks · too few masks to be read yet",
  ));

test("an estimate cannot be read with a standard error above a quarter of the range", () => {
  expect(earlyWords(mapOf({ standardError: 0.51 }))).toBe("too few masks to be read yet");
  expect(earlyWords(mapOf({ standardError: 0.5 }))).toBe("");
  expect(earlyWords(mapOf({ standardError: 0.26 }, "relu"))).toContain("too few");
  expect(grown({ standardError: 1 })).toBe(
    "640 of 4,000 masks · standard error 50 % of the range · too few masks to be read yet",
  );
});

test("a map that is no estimate can be read at any time", () =>
  expect(grown({ unit: "windows" })).toBe("640 of 4,000 windows"));
