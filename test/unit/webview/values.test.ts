import { describe, expect, test } from "vitest";
import type { ErrorReport, Inspection } from "../../../src/explain/api";
import { askedOf, plainTile } from "../../../src/extension/wire/tiles";
import { automaticWords } from "../../../src/webview/explain/automatic";
import { refusedValues } from "../../../src/webview/explain/refused";
import { plainChoice } from "../../helper/panelChoice";

const inspectionOf = (refused?: string) =>
  ({
    profile: { size: { width: 320, height: 224 } },
    layers: [],
    methods: [{ id: "occlusion", readsAt: "input", ...(refused !== undefined && { refused }) }],
  }) as unknown as Inspection;

describe("a value that is left to the method", () => {
  const words = (window: number, name: string) =>
    automaticWords(inspectionOf(), "occlusion", { window, stride: 0, fill: "zero" }, name);

  test("says what it comes to, from the values that it depends on", () => {
    expect(words(0, "window")).toBe("automatic (32)");
    expect(words(0, "stride")).toBe("automatic (16)");
    expect(words(50, "stride")).toBe("automatic (25)");
  });

  test("is no number for other methods", () =>
    expect(automaticWords(inspectionOf(), "rise", {}, "seed")).toBe("automatic"));
});

describe("values that a method refuses", () => {
  const refusal: ErrorReport = { code: "method", message: "Too large.", data: {} };
  const refused = (values: Readonly<Record<string, number>>, error = refusal, always?: string) => {
    const tile = { ...plainTile("occlusion"), parameters: { occlusion: values } };
    const choice = { ...plainChoice, tiles: [tile] };
    const inspection = inspectionOf(always);
    const key = askedOf(choice, tile, inspection);
    return refusedValues({ choice, inspection, refused: { [key]: error } }, tile);
  };

  test("are those that were changed", () => {
    expect(refused({ window: 500 })).toEqual(["window"]);
    expect(refused({})).toEqual([]);
  });

  test("are none where the method refuses its defaults too, or something else went wrong", () => {
    expect(refused({ window: 500 }, refusal, "Never.")).toEqual([]);
    expect(refused({ window: 500 }, { ...refusal, code: "runtime" })).toEqual([]);
  });
});
