import { describe, expect, test } from "vitest";
import { isPanelChoice } from "../../../src/extension/wire/panelChoice";
import type { PanelChoice } from "../../../src/extension/wire/viewApi";

const choice: PanelChoice = {
  model: "/m/model.onnx",
  images: ["/i/a.png", "/i/b.png"],
  image: "/i/b.png",
  method: "gradCam",
  layer: "auto",
  classIndex: "predicted",
  score: "logit",
  look: { layers: "overlay", opacity: 0.5, colourMap: "inferno", peak: true },
};

describe("a panel is restored", () => {
  test.each<[string, PanelChoice]>([
    ["from what its view kept", choice],
    ["without a model", { ...choice, model: undefined }],
    ["with a chosen output", { ...choice, output: "aux" }],
    ["with a chosen class", { ...choice, classIndex: 0 }],
  ])("%s", (_, kept) => expect(isPanelChoice(JSON.parse(JSON.stringify(kept)))).toBe(true));
});

describe("a panel is not restored", () => {
  test.each<[string, unknown]>([
    ["from nothing: its view was never ready", undefined],
    ["from null", null],
    ["from a text", "choice"],
    ["from an empty object", {}],
    ["without images", { ...choice, images: [] }],
    ["with images that are no list", { ...choice, images: "/i/b.png" }],
    ["showing an image that is not its own", { ...choice, image: "/i/c.png" }],
    ["with an output that is no name", { ...choice, output: 3 }],
    ["with a class that cannot be", { ...choice, classIndex: -1 }],
    ["with an unknown score", { ...choice, score: "loss" }],
    ["without a look", { ...choice, look: undefined }],
    ["with an unknown colour map", { ...choice, look: { ...choice.look, colourMap: "rainbow" } }],
    ["with an opacity that is no number", { ...choice, look: { ...choice.look, opacity: NaN } }],
  ])("%s", (_, kept) => expect(isPanelChoice(kept)).toBe(false));
});
