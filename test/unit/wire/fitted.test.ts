import { describe, expect, test } from "vitest";
import type { Inspection } from "../../../src/explain/api";
import { integer, text } from "../../../src/explain/method/parameter";
import { fitted } from "../../../src/extension/wire/fitted";
import { plainTile } from "../../../src/extension/wire/tiles";
import type { PanelChoice, Tile } from "../../../src/extension/wire/viewApi";
import { plainChoice } from "../../helper/panelChoice";

const contrastAt = text({ title: "Contrast at", meaning: "", default: "", automatic: "automatic" });
const samples = integer({ title: "Samples", meaning: "", default: 8, min: 1, max: 99 });
const inspection = {
  classes: [0, 1, 2, 3, 4].map((index) => ({ index, label: "" })),
  layers: [{ name: "early" }, { name: "last" }],
  methods: [{ id: "contrastiveMwp", parameters: { contrastAt, samples } }],
} as unknown as Inspection;

const fit = (change: Partial<PanelChoice>) => fitted({ ...plainChoice, ...change }, inspection);
const fitTile = (change: Partial<Tile>) =>
  fit({ tiles: [{ ...plainTile("contrastiveMwp"), ...change }] }).tiles[0];

describe("of a choice that was made in another model", () => {
  test("layers that this one lacks go, those that it has stay", () => {
    expect(fitTile({ layer: "fire8", fusedLayers: ["early", "fire9"] })).toMatchObject({
      layer: "auto",
      fusedLayers: ["early"],
    });
    expect(fitTile({ layer: "last" })).toMatchObject({ layer: "last" });
  });

  test("a parameter that names a layer goes with it; the others stay", () => {
    const valuesOf = (contrast: string) =>
      fitTile({ parameters: { contrastiveMwp: { contrastAt: contrast, samples: 3 } } })?.parameters;
    expect(valuesOf("fire8")).toEqual({ contrastiveMwp: { samples: 3 } });
    expect(valuesOf("early")).toEqual({ contrastiveMwp: { contrastAt: "early", samples: 3 } });
  });

  test.each<Partial<PanelChoice>>([
    { classes: [242] },
    { classes: [1, 5] },
    { versus: { class: 242 } },
  ])("classes that this one lacks go: %j", (change) =>
    expect(fit(change)).toMatchObject({ classes: "predicted", versus: "nothing" }),
  );

  test("what this one has stays as it is", () => {
    const choice: PanelChoice = { ...plainChoice, classes: [4], versus: { class: 3 } };
    expect(fitted(choice, inspection)).toEqual(choice);
  });
});
