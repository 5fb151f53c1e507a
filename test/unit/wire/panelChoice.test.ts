import { describe, expect, test } from "vitest";
import { readPanelChoice } from "../../../src/extension/wire/panelChoice";
import { plainTile } from "../../../src/extension/wire/tiles";
import type { PanelChoice } from "../../../src/extension/wire/viewApi";
import { plainChoice } from "../../helper/panelChoice";

const choice: PanelChoice = {
  ...plainChoice,
  model: "/m/model.onnx",
  images: ["/i/a.png", "/i/b.png"],
  image: "/i/b.png",
};
const overTheWire = (kept: unknown) => JSON.parse(JSON.stringify(kept)) as unknown;

describe("a panel is restored as it was", () => {
  test.each<[string, PanelChoice]>([
    ["from what its view kept", choice],
    ["without a model", { ...choice, model: undefined }],
    ["with a chosen output", { ...choice, output: "aux" }],
    ["with a chosen class", { ...choice, classes: [0] }],
    ["with a set of classes", { ...choice, classes: [3, 7] }],
    ["with a contrast of two classes", { ...choice, versus: { class: 2 } }],
    ["with the nearest classes", { ...choice, versus: { nearest: 3, alpha: 1 } }],
    [
      "with several maps and their parameters",
      {
        ...choice,
        tiles: [
          plainTile("gradCam"),
          {
            method: "occlusion",
            layer: "relu_4",
            fusedLayers: ["relu_3"],
            augmented: true,
            parameters: { occlusion: { window: 32, fill: "mean" } },
          },
        ],
        tile: 1,
      },
    ],
  ])("%s", (_, kept) => expect(readPanelChoice(overTheWire(kept))).toEqual(overTheWire(kept)));
});

describe("what version 0.1 kept is read", () => {
  const old = {
    model: "/m/model.onnx",
    images: ["/i/a.png"],
    image: "/i/a.png",
    method: "cam",
    layer: "relu_2",
    classIndex: 3,
    score: "probability",
    look: { layers: "map", opacity: 0.4, colourMap: "jet", peak: false },
  };

  test("its method, layer, class, score and look are those of one map", () =>
    expect(readPanelChoice(old)).toEqual({
      model: "/m/model.onnx",
      images: ["/i/a.png"],
      image: "/i/a.png",
      tiles: [{ ...plainTile("cam"), layer: "relu_2" }],
      tile: 0,
      classes: [3],
      score: "probability",
      negated: false,
      versus: "nothing",
      look: {
        ...{ layers: "map", opacity: 0.4, colourMap: "jet", peak: false },
        ...{ evidence: "for", scale: "shared" },
      },
    }));

  test("the prediction stays the prediction", () =>
    expect(readPanelChoice({ ...old, classIndex: "predicted" })?.classes).toBe("predicted"));

  test("what it could not be is refused", () => {
    expect(readPanelChoice({ ...old, classIndex: -1 })).toBeUndefined();
    expect(readPanelChoice({ ...old, look: undefined })).toBeUndefined();
    expect(readPanelChoice({ ...old, method: undefined })).toBeUndefined();
  });
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
    ["without a map", { ...choice, tiles: [] }],
    ["with five maps", { ...choice, tiles: Array(5).fill(choice.tiles[0]) }],
    ["about a map that it does not have", { ...choice, tile: 1 }],
    ["with a class that cannot be", { ...choice, classes: [-1] }],
    ["with no class at all", { ...choice, classes: [] }],
    ["with an unknown contrast", { ...choice, versus: "everything" }],
    ["with an unknown score", { ...choice, score: "loss" }],
    ["without a look", { ...choice, look: undefined }],
    ["with an unknown colour map", { ...choice, look: { ...choice.look, colourMap: "rainbow" } }],
    ["with an opacity that is no number", { ...choice, look: { ...choice.look, opacity: NaN } }],
  ])("%s", (_, kept) => expect(readPanelChoice(kept)).toBeUndefined());
});
