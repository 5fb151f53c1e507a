import { expect, test } from "vitest";
import { causeWords, findCause } from "../../../src/explain/service/diagnosis";
import type { Builder } from "../../../src/explain/graph/builder";
import type { ScoreRequest } from "../../../src/explain/api";
import { tensor } from "../../../src/explain/tensor";
import { classifier, features, linearHead, named } from "../../helper/classifier";
import { workFor } from "../../helper/work";

type Middle = (g: Builder, map: string) => string;

/** What is said of a net with `middle` between its feature map “map” and the head, asked at a layer or, with "", at the image. */
async function said(middle: Middle, readsAt = "map", aim: ScoreRequest = { score: "logit" }) {
  const net = classifier((g, x, w) => linearHead(g, middle(g, features(g, x, w, 4, "map")), w, 3));
  const work = workFor(net, { layer: readsAt, classes: [1], aim });
  const cause = await findCause(work, readsAt);
  return cause && causeWords(cause);
}

const one = (g: Builder) => g.constant(tensor("float64", [1], []));

test("the first node whose result is no number is named", async () => {
  const middle: Middle = (g, map) => {
    const negative = named(g, "negative", "Sub", [g.op("Neg", [map]), one(g)]);
    return named(g, "after", "Relu", [named(g, "logarithm", "Log", [negative])]);
  };
  expect(await said(middle)).toBe(
    "The first values that are not numbers are made by Log “logarithm”.",
  );
});

test("a gradient that is no number is told by the value where it first is none, and what reads that", async () => {
  const middle: Middle = (g, map) => {
    const zero = named(g, "zero", "Mul", [map, g.constant(tensor("float64", [0], []))]);
    return named(g, "root", "Sqrt", [zero]);
  };
  expect(await said(middle)).toMatch(/first not a number at “zero”, behind Sqrt “root”\.$/);
});

test("a gradient that vanishes is told by the two values that every way goes through", async () => {
  const middle: Middle = (g, map) => {
    const negative = named(g, "negative", "Sub", [g.op("Neg", [map]), one(g)]);
    return named(g, "off", "Relu", [negative]);
  };
  expect(await said(middle)).toBe(
    "The gradient vanishes between “off” and “negative” (Relu): what lies there is off or saturated.",
  );
  expect(await said(middle, "")).toContain("between “off” and “negative”");
});

test("a saturated probability has no gradient at the score itself", async () => {
  const middle: Middle = (g, map) => g.op("Mul", [map, g.constant(tensor("float64", [1e6], []))]);
  expect(await said(middle, "map", { score: "probability" })).toMatch(
    /saturated.*logit tells more/,
  );
});

test("a layer that is 0 everywhere is told", async () => {
  const net = classifier((g, x, w) => {
    const shifted = g.op("Sub", [g.op("Neg", [features(g, x, w, 4, "map")]), one(g)]);
    return linearHead(g, named(g, "dead", "Relu", [shifted]), w, 3);
  });
  const cause = await findCause(workFor(net, { layer: "dead", classes: [0] }), "dead");
  expect(cause).toEqual({ kind: "dead" });
});

test("nothing is said of a map with numbers in it", async () => {
  expect(await said((_g, map) => map)).toBeUndefined();
});
