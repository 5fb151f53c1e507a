import { describe, expect, test } from "vitest";
import { number } from "../../../src/explain/number";
import type { Inspection } from "../../../src/explain/api";
import type { Profile } from "../../../src/explain/profile/profile";
import { percent, strength } from "../../../src/explain/percent";
import { guesses, preprocessingSteps } from "../../../src/webview/explain/words";

test.each([
  [0, "< 0.1 %"],
  [1e-9, "< 0.1 %"],
  [0.004, "0.4 %"],
  [0.0812, "8.1 %"],
  [0.873, "87 %"],
  [0.9934, "99.3 %"],
  [0.99999, "> 99.9 %"],
  [1, "> 99.9 %"],
  [0.0999, "10 %"],
  [NaN, "no number"],
])("probability %d reads %s", (value, words) => expect(percent(value)).toBe(words));

test("a score that nothing makes a probability of is no percentage", () => {
  expect(strength(12.3456, "none")).toBe("12.35");
  expect(strength(0.5, "sigmoid")).toBe("50 %");
});

test.each([
  [0, "0"],
  [2.5893, "2.59"],
  [-0.004567, "−0.00457"],
  [1234.5, "1230"],
  [3.2e-9, "3.2e-9"],
  [-7.1e8, "−7.1e+8"],
])("value %d reads %s", (value, words) => expect(number(value)).toBe(words));

describe("preprocessing in words", () => {
  const profile: Profile = {
    size: { width: 224, height: 192 },
    resize: "crop",
    resizeTo: 256,
    kernel: "bilinear",
    antialias: true,
    fill: [0, 0, 0],
    colour: "bgr",
    range: 255,
    mean: [104, 117, 123],
    std: [1, 1, 1],
    output: "prob",
    activation: "softmax",
    layer: "auto",
    labels: [],
  };
  const words = (change: Partial<Profile>) =>
    preprocessingSteps({ ...profile, ...change }).map(({ text }) => text);

  test("crop, BGR and means", () =>
    expect(words({})).toEqual([
      "224 × 192",
      "shorter side to 256, centre crop",
      "bilinear, antialiased",
      "BGR",
      "0–255",
      "less 104, 117, 123",
      "softmax",
    ]));

  test("letterbox, RGB, mean and deviation, no antialiasing", () =>
    expect(
      words({
        resize: "letterbox",
        fill: [114, 114, 114],
        antialias: false,
        colour: "rgb",
        range: 1,
        mean: [0.485, 0.456, 0.406],
        std: [0.229, 0.224, 0.225],
        activation: "sigmoid",
      }).slice(1),
    ).toEqual([
      "fitted, padded with 114, 114, 114",
      "bilinear, not antialiased",
      "RGB",
      "0–1",
      "less 0.485, 0.456, 0.406; divided by 0.229, 0.224, 0.225",
      "sigmoid, each class by itself",
    ]));
});

test("each guess begins with what it is about, once for all fields that it gives", () => {
  const known = { from: "graph", detail: "known" } as const;
  const trial = { from: "guess", detail: "BGR fits best", figures: "3.2 σ" } as const;
  const crop = { from: "guess", detail: "as ImageNet is evaluated" } as const;
  const profileSources: Inspection["profileSources"] = {
    ...{ size: known, kernel: known, antialias: known, fill: known, output: known },
    ...{ activation: known, layer: known, backgroundClass: known, labels: known },
    ...{ resize: crop, resizeTo: crop },
    ...{ colour: trial, range: trial, mean: trial, std: trial },
  };
  expect(guesses({ profileSources })).toEqual([
    { about: "Resize", text: "as ImageNet is evaluated", figures: undefined },
    {
      about: "Channel order, range, mean and deviation",
      text: "BGR fits best",
      figures: "3.2 σ",
    },
  ]);
});
