import { describe, expect, test } from "vitest";
import type { Inspection } from "../../../src/explain/api";
import { integer } from "../../../src/explain/method/parameter";
import {
  addTile,
  askedOf,
  layerOptions,
  plainTile,
  removeTile,
} from "../../../src/extension/wire/tiles";
import type { PanelChoice, Tile } from "../../../src/extension/wire/viewApi";
import { plainChoice } from "../../helper/panelChoice";

const about = { paper: "", formula: "", family: "activation", progressive: false } as const;
const window = integer({ title: "Window", meaning: "", default: 24, min: 1, max: 99 });
const methods: Inspection["methods"] = [
  { id: "gradCam", title: "Grad-CAM", readsAt: "layer", parameters: {}, ...about },
  { id: "cam", title: "CAM", readsAt: "layer", parameters: {}, ...about, refused: "no head" },
  { id: "rise", title: "RISE", readsAt: "input", parameters: {}, ...about, progressive: true },
  { id: "occlusion", title: "Occlusion", readsAt: "input", parameters: { window }, ...about },
];
const layers = [
  { name: "early", default: false },
  { name: "last", default: true },
] as unknown as Inspection["layers"];
const inspection = { methods, layers, profile: { layer: "auto" } } as unknown as Inspection;

describe("one more map", () => {
  test("is the first that applies and is not shown yet, and quick", () =>
    expect(addTile(plainChoice, inspection)).toMatchObject({
      tiles: [{ method: "gradCam" }, { method: "occlusion" }],
      tile: 1,
    }));

  test("takes long only where no other is left, and reads at the same layer", () => {
    const tiles = [{ ...plainTile("gradCam"), layer: "early" }, plainTile("occlusion")];
    expect(addTile({ tiles, tile: 0 }, inspection).tiles[2]).toMatchObject({
      method: "rise",
      layer: "early",
    });
  });

  test("is not made beyond four", () => {
    const tiles = Array.from({ length: 4 }, () => plainTile("gradCam"));
    expect(addTile({ tiles, tile: 2 }, inspection)).toEqual({ tiles, tile: 2 });
  });
});

describe("one map less", () => {
  const tiles = ["gradCam", "rise", "occlusion"].map(plainTile);

  test.each([
    [0, 0, 1, 0],
    [0, 2, 0, 0],
    [2, 2, 1, 1],
    [1, 0, 0, 0],
  ])(
    "active %d, without %d: the active one stays active where it is left",
    (tile, gone, _, active) => {
      const left = removeTile({ tiles, tile }, gone);
      expect(left.tiles).toEqual(tiles.filter((__, i) => i !== gone));
      expect(left.tile).toBe(active);
    },
  );

  test("the last one stays", () =>
    expect(removeTile(plainChoice, 0)).toEqual({ tiles: plainChoice.tiles, tile: 0 }));
});

describe("what is asked", () => {
  const asked = (tile: Partial<Tile>, more: Partial<PanelChoice> = {}) =>
    askedOf({ ...plainChoice, ...more }, { ...plainTile("gradCam"), ...tile }, inspection);

  test.each<[string, Partial<Tile>, Partial<Tile>]>([
    ["the default layer by its name", {}, { layer: "last" }],
    ["joined layers in any order", { fusedLayers: ["a", "b"] }, { fusedLayers: ["b", "a"] }],
    [
      "a parameter's default, and other methods' parameters",
      { method: "occlusion" },
      { method: "occlusion", parameters: { occlusion: { window: 24 }, rise: { masks: 3 } } },
    ],
    [
      "a layer, for a method at the image",
      { method: "occlusion" },
      { method: "occlusion", layer: "early", augmented: true },
    ],
  ])("is the same: %s", (_, one, other) => expect(asked(one)).toBe(asked(other)));

  test.each<[string, Partial<Tile>, Partial<PanelChoice>]>([
    ["layer", { layer: "early" }, {}],
    ["method", { method: "occlusion" }, {}],
    ["joined layers", { fusedLayers: ["early"] }, {}],
    ["average", { augmented: true }, {}],
    ["score", {}, { score: "probability" }],
    ["contrast", {}, { versus: { nearest: 3, alpha: 1 } }],
    ["sign", {}, { negated: true }],
    ["set of classes", {}, { classes: [1, 2] }],
  ])("is another with another %s", (_, tile, more) =>
    expect(asked(tile, more)).not.toBe(asked({})),
  );

  test("does not depend on the one class, which comes with others", () =>
    expect(asked({}, { classes: [3] })).toBe(asked({})));
});

describe("joined layers and the average over changed images", () => {
  const ofMethod = (method: string) =>
    layerOptions({ ...plainTile(method), fusedLayers: ["early"], augmented: true }, inspection);

  test("are asked of a method that reads at a layer", () =>
    expect(ofMethod("gradCam")).toEqual({ fusedLayers: ["early"], augmented: true }));

  test("are left out of one that reads at the image", () =>
    expect(ofMethod("occlusion")).toEqual({ fusedLayers: [], augmented: false }));
});
