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
  methods: ["rise"],
  activation: "softmax",
  narrow: false,
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

describe("what is explained", () => {
  const long = Array.from({ length: 3 }, (_, index) => ({
    index,
    label: `a label of many words, number ${index}`,
  }));
  const set = [0, 1, 2];
  const [one, two, three] = long.map(({ label }) => label);
  const asked = { ...subject, classes: long, choice: { set } };

  test("is never cut where the table is no terminal's", () => {
    const table = new Table(asked).rows(explanationOf({ set }));
    expect(table).toContain(`  ${one} + ${two} + ${three}  `);
    expect(table).not.toContain("…");
  });

  test("on a terminal has each name cut, and not what stands between them", () => {
    const table = new Table({ ...asked, narrow: true }).rows(explanationOf({ set }));
    const explained = table.split("\n")[1]!.split(/ {2,}/)[3]!;
    expect(explained.split(" + ").map((name) => name.length)).toEqual([30, 30, 30]);
    expect(explained).toMatch(/0 \+ .*1 \+ .*2$/);
  });

  test.each([
    ["against tabby", { negated: true }],
    ["tabby − lynx", { versus: { class: 1 } }],
    ["tabby − nearest 2", { versus: { nearest: 2, alpha: 1 } }],
  ])("is whole in its column: %s", (words, contrast) => {
    for (const narrow of [false, true]) {
      const table = new Table({ ...subject, ...contrast, narrow }).rows(explanationOf(contrast));
      expect(table).toContain(`  ${words}  `);
    }
  });
});
