import { expect, test } from "vitest";
import type { Inspection } from "../../../src/explain/api";
import { layerItems } from "../../../src/webview/explain/layerItems";

type Layer = Inspection["layers"][number];

const layer = (name: string, op: string, side: number, change: Partial<Layer> = {}): Layer => ({
  name,
  op,
  channels: 64,
  height: side,
  width: side,
  reached: true,
  default: false,
  trunk: true,
  ...change,
});

const layers = [
  layer("stem", "Conv", 14),
  layer("inner", "Conv", 14, { trunk: false }),
  layer("sum", "Add", 14),
  layer("relu", "Relu", 14),
  layer("nextInner", "Conv", 14, { trunk: false }),
  layer("moved", "Transpose", 14),
  layer("beyond", "Add", 14, { reached: false }),
  layer("end", "Relu", 7, { default: true }),
];

const facts = (shown: string) =>
  layerItems(layers, shown).map(({ name, group, tags, minor, starred }) =>
    [name, group, ...tags, ...(minor ? ["minor"] : []), ...(starred ? ["★"] : [])].join(" "),
  );

test("layers stand under their size; ends of blocks and of a stage are marked, the inside is toned down", () =>
  expect(facts("end")).toEqual([
    "stem 14 × 14 block",
    "inner 14 × 14 minor",
    "sum 14 × 14 block",
    "relu 14 × 14 last",
    "nextInner 14 × 14 minor",
    "end 7 × 7 last ★",
  ]));

test("the shown layer is among them, though it only moves numbers or is out of reach", () => {
  expect(facts("moved").join()).toContain("moved");
  expect(facts("beyond").join()).toContain("beyond");
});

test("an entry says operator and size", () => {
  const [stem] = layerItems(layers, "end");
  expect(stem).toMatchObject({ value: "stem", detail: "Conv", size: "64×14×14" });
  expect(stem!.hint).toContain("stem: Conv, 64 channels of 14 × 14; end of a block");
});
