import { describe, expect, test } from "vitest";
import type { ErrorReport, Inspection } from "../../../src/explain/api";
import { plainTile } from "../../../src/extension/wire/tiles";
import type { PanelChoice } from "../../../src/extension/wire/viewApi";
import { automaticWords } from "../../../src/webview/explain/automatic";
import { refusedValues } from "../../../src/webview/explain/refused";

const inspectionOf = (refused?: string) =>
  ({
    profile: { size: { width: 320, height: 224 } },
    methods: [{ id: "occlusion", ...(refused !== undefined && { refused }) }],
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
  const choiceOf = (values: Readonly<Record<string, number>>) =>
    ({
      tiles: [{ ...plainTile("occlusion"), parameters: { occlusion: values } }],
      tile: 0,
    }) as unknown as PanelChoice;
  const refused = (values: Readonly<Record<string, number>>, failure = refusal, always?: string) =>
    refusedValues({ choice: choiceOf(values), inspection: inspectionOf(always), failure });

  test("are those that were changed", () => {
    expect(refused({ window: 500 })).toEqual(["window"]);
    expect(refused({})).toEqual([]);
  });

  test("are none where the method refuses its defaults too, or something else went wrong", () => {
    expect(refused({ window: 500 }, refusal, "Never.")).toEqual([]);
    expect(refused({ window: 500 }, { ...refusal, code: "runtime" })).toEqual([]);
  });
});
