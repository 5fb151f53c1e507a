import { describe, expect, test } from "vitest";
import { matching, move, type PickerItem } from "../../../src/webview/control/search";

const item = (name: string, change: Partial<PickerItem> = {}): PickerItem => ({
  value: name,
  name,
  detail: "Conv",
  size: "64×14×14",
  tags: [],
  group: "",
  starred: false,
  minor: false,
  hint: "",
  ...change,
});

const names = (items: readonly PickerItem[]) => items.map(({ name }) => name);

describe("a search", () => {
  const items = [
    item("/layer1/conv1/Conv_output_0"),
    item("/layer1/Relu_output_0", { detail: "Relu", tags: ["last"] }),
    item("/layer2/conv1/Conv_output_0", { size: "128×7×7", starred: true }),
  ];

  test.each<[string, number[]]>([
    ["", [0, 1, 2]],
    ["layer1", [0, 1]],
    ["CONV layer2", [2]],
    ["relu", [1]],
    ["14x14", [0, 1]],
    ["14 × 14 conv", [0]],
    ["128", [2]],
    ["last", [1]],
    ["★", [2]],
    ["default", [2]],
    ["nothing", []],
  ])("for “%s” finds %j", (search, found) =>
    expect(names(matching(items, search))).toEqual(found.map((i) => items[i]!.name)),
  );

  test("keeps groups together, each in the order of its first, and the order within", () => {
    const mixed = [
      item("a", { group: "14" }),
      item("b", { group: "7" }),
      item("c", { group: "14" }),
      item("d", { group: "7" }),
    ];
    expect(names(matching(mixed, ""))).toEqual(["a", "c", "b", "d"]);
  });

  test("takes an x between letters for a letter", () =>
    expect(names(matching([item("maxpool")], "xp"))).toEqual(["maxpool"]));
});

test.each<[string, number, number | undefined]>([
  ["ArrowDown", 3, 4],
  ["ArrowDown", 29, 0],
  ["ArrowUp", 0, 29],
  ["PageDown", 25, 29],
  ["PageUp", 3, 0],
  ["Home", 12, 0],
  ["End", 12, 29],
  ["a", 12, undefined],
])("%s leads from %i of 30 to %s", (key, from, to) => expect(move(key, from, 30)).toBe(to));

test("in an empty list nothing moves", () => expect(move("ArrowDown", 0, 0)).toBe(0));
