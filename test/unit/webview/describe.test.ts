import { expect, test } from "vitest";
import type { Inspection } from "../../../src/explain/api";
import { activeTile, askedOf } from "../../../src/extension/wire/tiles";
import type { PanelState } from "../../../src/extension/wire/viewApi";
import { describe as described, headline } from "../../../src/webview/explain/describe";
import { plainChoice } from "../../helper/panelChoice";

const inspection = {
  classes: [{ index: 0, label: "tabby" }],
  layers: [],
  methods: [{ id: "gradCam", title: "Grad-CAM", readsAt: "layer", parameters: {} }],
  profile: { layer: "auto", activation: "softmax" },
} as unknown as Inspection;

function stateOf(score: number): PanelState {
  const asked = askedOf(plainChoice, activeTile(plainChoice), inspection);
  const named = { label: "tabby", logit: score, probability: score };
  const range = { min: score, max: score };
  const map = { asked, classIndex: 0, ...named, range, dims: [1, 1], blank: "No numbers." };
  const results = { "/a.png": { predictions: [{ index: 0, ...named }], maps: [map] } };
  const state = { choice: plainChoice, inspection, results, judged: {}, refused: {} };
  return state as unknown as PanelState;
}

test("the caption tells how probable the class is", () =>
  expect(headline(stateOf(0.5))).toBe("tabby, 50 %"));

test("the caption of scores that are no numbers says so, and names no class", () => {
  expect(headline(stateOf(NaN))).toBe("The class scores are not numbers.");
  expect(described(stateOf(NaN), activeTile(plainChoice))).toBe("No numbers.");
});
