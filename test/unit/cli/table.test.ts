import { describe, expect, test } from "vitest";
import type { AttributionMap, Explanation } from "../../../src/explain/api";
import { Table, type TableSubject } from "../../../src/explain/cli/table";
import { heatOf } from "../../../src/webview/explain/heat";

const size = { width: 8, height: 8 };
const geometry = { image: size, input: size, scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 };
const classes = ["tabby", "lynx"].map((label, index) => ({ index, label }));
const predictions = [
  { ...classes[0]!, logit: 2, probability: 0.7 },
  { ...classes[1]!, logit: 1, probability: 0.2 },
];

const subject: TableSubject = {
  images: ["/a.png"],
  classes,
  choice: { top: 1 },
  contrasted: false,
  methods: ["rise"],
  activation: "softmax",
};

function explanationOf(map: Partial<AttributionMap>): Explanation {
  const whole = {
    method: "rise",
    ...{ classIndex: 0, label: "tabby", logit: 2, probability: 0.7, parameters: {} },
    ...{ score: "logit", layer: "", dims: [4, 4], final: "none" },
    data: new Float32Array(16),
    range: { min: 0, max: 1 },
    ...map,
  } as AttributionMap;
  return {
    image: "/a.png",
    ...{ geometry, predictions, maps: [whole] },
    picture: { ...size, encoded: new Uint8Array() },
  } as unknown as Explanation;
}

describe("where the evidence lies", () => {
  test.each([
    ["positive", 100],
    ["negative", -100],
  ])("is told of a map of free level as the picture shows it, not of its level: %s", (_, shift) => {
    const data = new Float32Array(16).fill(shift);
    data[0]! += 3;
    const range = { min: shift, max: shift + 3 };
    const explanation = explanationOf({ data, range, level: "free" });
    const shown = heatOf(explanation.maps[0], explanation)!.where;
    expect(shown).toMatch(/^upper left/);
    expect(new Table(subject).rows(explanation).trimEnd()).toMatch(new RegExp(`${shown}$`));
  });
});
