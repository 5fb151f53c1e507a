import { describe, expect, test } from "vitest";
import { shownResult } from "../../../src/extension/wire/shown";
import { askedOf, plainTile } from "../../../src/extension/wire/tiles";
import type { PanelChoice, PanelMap, PanelState } from "../../../src/extension/wire/viewApi";
import {
  askedWords,
  blankWords,
  hasOnlyAgainst,
  isPlain,
  shownSide,
} from "../../../src/webview/explain/asked";
import { plainChoice } from "../../helper/panelChoice";

const labels = ["tabby", "tiger cat", "lynx", "bucket"];
const classes = labels.map((label, index) => ({ index, label }));
const inspection = { classes, methods: [], layers: [], profile: { layer: "auto" } };
const { look } = plainChoice;

function stateWith(change: Partial<PanelChoice>): PanelState {
  const choice: PanelChoice = { ...plainChoice, ...change };
  const predictions = classes.map((named) => ({ ...named, logit: 1, probability: 0.25 }));
  const results = { "/a.png": { predictions, maps: [] } };
  return { choice, results, judged: {}, refused: {}, inspection } as unknown as PanelState;
}

describe("what is asked, in words", () => {
  const against = { ...look, evidence: "against" } as const;
  test.each<[string, Partial<PanelChoice>]>([
    ["Evidence for tabby", {}],
    ["Evidence for lynx", { classes: [2] }],
    ["Evidence against tabby", { negated: true }],
    ["Evidence against tabby", { look: against }],
    ["Evidence for tabby", { negated: true, look: against }],
    ["Evidence for tabby rather than tiger cat", { versus: { class: 1 } }],
    ["Evidence for tiger cat rather than tabby", { versus: { class: 1 }, negated: true }],
    ["Evidence for tabby rather than its 3 nearest classes", { versus: { nearest: 3, alpha: 1 } }],
    [
      "Evidence for the 3 nearest classes rather than tabby",
      { versus: { nearest: 3, alpha: 1 }, negated: true },
    ],
    ["Evidence for tabby and tiger cat together", { classes: [0, 1] }],
    ["Evidence for tabby, tiger cat and lynx together", { classes: [0, 1, 2] }],
  ])("%s", (words, change) => expect(askedWords(stateWith(change))).toBe(words));

  test("a class by itself needs no words", () => {
    expect(isPlain(stateWith({ classes: [3] }))).toBe(true);
    expect(isPlain(stateWith({ classes: [3, 1] }))).toBe(false);
    expect(isPlain(stateWith({ look: against }))).toBe(false);
  });
});

describe("an empty map", () => {
  const map = (range: { min: number; max: number }, blank?: string) =>
    ({ classIndex: 0, range, blank }) as unknown as PanelMap;
  const against = stateWith({ look: { ...look, evidence: "against" } });

  test("of a class that is compared with itself says so", () =>
    expect(blankWords(stateWith({ versus: { class: 0 } }), map({ min: 0, max: 0 }, "zero"))).toBe(
      "tabby is compared with itself: choose another class, on either side.",
    ));

  test("whose level is free is no evidence against, and has no other side", () => {
    const even = {
      ...map({ min: -2, max: -2 }, "The same everywhere."),
      level: "free",
    } as PanelMap;
    expect(hasOnlyAgainst(even)).toBe(false);
    expect(blankWords(against, even)).toBe("The same everywhere.");
    const { blank: _none, ...drawn } = even;
    expect(blankWords(against, { ...drawn, range: { min: 1, max: 2 } })).toBeUndefined();
  });

  test("whose evidence is all negative can be shown the other way round", () => {
    const negative = map({ min: -2, max: -1 }, "All evidence speaks against it.");
    expect(blankWords(stateWith({}), negative)).toBe("All evidence speaks against it.");
    expect(hasOnlyAgainst(negative)).toBe(true);
    expect(blankWords(against, negative)).toBeUndefined();
  });

  test("that is zero everywhere has no other side", () => {
    const zero = map({ min: 0, max: 0 }, "It is zero.");
    expect(hasOnlyAgainst(zero)).toBe(false);
    expect(blankWords(against, zero)).toBe("It is zero.");
  });

  test("is none where nothing speaks against the class: what speaks for it is drawn", () =>
    expect(blankWords(against, map({ min: 0, max: 3 }))).toBeUndefined());
});

describe("evidence against, of a map that has none", () => {
  const tile = plainTile("gradCam");
  const stateOf = (min: number): PanelState => {
    const state = stateWith({ look: { ...look, evidence: "against" } });
    const asked = askedOf(state.choice, tile, state.inspection!);
    const result = { ...shownResult(state)!, maps: [{ asked, classIndex: 0, range: { min } }] };
    return { ...state, results: { "/a.png": result } } as unknown as PanelState;
  };

  test("is not what is shown", () => {
    expect(shownSide(stateOf(0))).toBe("for");
    expect(isPlain(stateOf(0))).toBe(true);
    expect(askedWords(stateOf(0))).toBe("Evidence for tabby");
    expect(askedWords(stateOf(-1))).toBe("Evidence against tabby");
  });
});
