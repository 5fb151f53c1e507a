import { expect, test } from "vitest";
import type { Inspection } from "../../../src/explain/api";
import { activeTile, askedOf } from "../../../src/extension/wire/tiles";
import type { PanelState } from "../../../src/extension/wire/viewApi";
import { describe as described, headline } from "../../../src/webview/explain/describe";
import { plainChoice } from "../../helper/panelChoice";

const inspection = {
  classes: ["tabby", "lynx"].map((label, index) => ({ index, label })),
  layers: [],
  methods: [{ id: "gradCam", title: "Grad-CAM", readsAt: "layer", parameters: {} }],
  profile: { layer: "auto", activation: "softmax" },
} as unknown as Inspection;

function stateOf(score: number, set = [0]): PanelState {
  const choice = { ...plainChoice, ...(set.length > 1 && { classes: set }) };
  const asked = askedOf(choice, activeTile(choice), inspection);
  const named = { label: "tabby", logit: score, probability: score };
  const range = { min: score, max: score };
  const map = { asked, classIndex: 0, set, ...named, range, dims: [1, 1], blank: "No numbers." };
  const results = { "/a.png": { predictions: [{ index: 0, ...named }], maps: [map] } };
  const state = { choice, inspection, results, judged: {}, refused: {} };
  return state as unknown as PanelState;
}

test("the caption tells how probable the class is", () =>
  expect(headline(stateOf(0.5))).toBe("tabby, 50 %"));

test("of classes together it tells how probable they are together", () =>
  expect(headline(stateOf(0.75, [0, 1]))).toBe("Evidence for tabby and lynx together (75 %)"));

test("the caption of scores that are no numbers says so, and names no class", () => {
  expect(headline(stateOf(NaN))).toBe("The class scores are not numbers.");
  expect(described(stateOf(NaN), activeTile(plainChoice))).toBe("No numbers.");
});
