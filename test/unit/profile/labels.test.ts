import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { diskFiles } from "../../../src/explain/file/disk";
import { readLabels } from "../../../src/explain/profile/labels/labelFile";
import { knownLabels } from "../../../src/explain/profile/labels/knownLabels";
import { temporaryFolder } from "../../helper/folder";

const files = diskFiles();
let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

function read(name: string, content: unknown): Promise<string[]> {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return readLabels(path, files);
}

const forms: [string, string, unknown][] = [
  ["lines", "labels.txt", "cat\nbig dog\n"],
  [
    "lines of Windows, with a byte order mark and blank lines at the end",
    "labels.txt",
    "\uFEFFcat\r\nbig dog\r\n\r\n",
  ],
  ["numbered lines (Teachable Machine)", "labels.txt", "0 cat\n1 big dog"],
  ["lines with WordNet ids (Caffe)", "labels.txt", "n02123045 cat\nn02084071 big dog"],
  ["a list", "labels.json", ["cat", "big dog"]],
  ["index to name (Hugging Face)", "labels.json", { "1": "big dog", "0": "cat" }],
  ["index to id and name (Keras)", "labels.json", { "0": ["n0", "cat"], "1": ["n1", "big dog"] }],
  ["name to index (Keras generators)", "labels.json", { "big dog": 1, cat: 0 }],
];

describe("class names are read from", () => {
  test.each(forms)("%s", async (_, name, content) => {
    expect(await read(name, content)).toEqual(["cat", "big dog"]);
  });

  test("lines that merely begin with a number", async () => {
    expect(await read("labels.txt", "2 euro\n1 euro")).toEqual(["2 euro", "1 euro"]);
  });
});

describe("a file without class names is refused", () => {
  const bad: [string, unknown][] = [
    ["labels.json", { cat: 0, dog: 2 }],
    ["labels.json", [1, 2]],
    ["labels.json", []],
    ["labels.json", "7"],
    ["labels.json", { cat: "x" }],
  ];
  test.each(bad)("%s %j", async (name, content) => {
    await expect(read(name, content)).rejects.toThrow(
      /holds no class names in a known form; give one name per line/,
    );
  });
});

describe("names guessed from the number of outputs", () => {
  const colour = (side: number | undefined) => ({ channels: 3, height: side, width: side });

  test("1000: ImageNet", () => {
    const { labels, backgroundClass, detail } = knownLabels(1000, colour(224))!;
    expect([labels.length, labels[0], labels[948], labels[999]]).toEqual([
      1000,
      "tench",
      "Granny Smith",
      "toilet tissue",
    ]);
    expect(backgroundClass).toBeUndefined();
    expect(detail).toBe("1000 outputs: ImageNet-1k names");
  });

  test("1001: ImageNet after a background class", () => {
    const { labels, backgroundClass } = knownLabels(1001, colour(undefined))!;
    expect([labels.length, labels[0], labels[1], backgroundClass]).toEqual([
      1001,
      "background",
      "tench",
      0,
    ]);
  });

  test("10 and 100 at 32 × 32: CIFAR, and nothing for other counts or sizes", () => {
    expect(knownLabels(10, colour(32))!.labels[9]).toBe("truck");
    expect(knownLabels(100, colour(32))!.labels[99]).toBe("worm");
    expect(knownLabels(10, colour(224))).toBeUndefined();
    expect(knownLabels(1000, { channels: 1, height: 28, width: 28 })).toBeUndefined();
    expect(knownLabels(4, colour(224))).toBeUndefined();
  });
});
