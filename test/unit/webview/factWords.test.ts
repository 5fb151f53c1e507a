import { expect, test } from "vitest";
import { factWords } from "../../../src/explain/factWords";
import { methods } from "../../../src/explain/method/index";

const whole = "Score above the baseline's";

test("a completeness gap is read beside the sum that it is a part of", () => {
  const words = (gap: number, of: number) =>
    factWords({ facts: { "Completeness gap": gap, [whole]: of } });
  expect(words(0.37, 24.1)).toEqual([["Completeness gap", "0.37 of 24.1 (1.5 %)"]]);
  expect(words(0.5, -2)).toEqual([["Completeness gap", "0.5 of −2 (25 %)"]]);
  expect(words(0, 3)).toEqual([["Completeness gap", "0 of 3 (0 %)"]]);
  expect(words(0.2, 0)).toEqual([["Completeness gap", "0.2 of 0"]]);
});

test("other numbers stand alone, and a map may have none", () => {
  expect(factWords({ facts: { Mass: 2.5 } })).toEqual([["Mass", "2.5"]]);
  expect(factWords({})).toEqual([]);
});

test("what is no number is left out", () =>
  expect(factWords({ facts: { "Completeness gap": NaN, [whole]: NaN, Mass: Infinity } })).toEqual(
    [],
  ));

test("integrated gradients reports both under these titles", () => {
  const { facts } = methods.find(({ id }) => id === "integratedGradients")!;
  expect(Object.values(facts!)).toEqual(["Completeness gap", whole]);
});
