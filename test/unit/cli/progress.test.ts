import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Progress } from "../../../src/explain/cli/progress";
import { fit, printable, widthOf } from "../../../src/explain/cli/textWidth";
import { sightline } from "../../helper/cli";
import { temporaryFolder } from "../../helper/files";
import { noiseImage } from "../../helper/picture";
import { pooledModel } from "../../helper/smallModel";

/** What a terminal of some width gets to see. */
function onTerminal(columns: number | undefined, isTTY = true) {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  return { progress: new Progress({ isTTY, columns, write }), written };
}

// What begins a line anew and empties it.
const anew = "\r\x1b[K";

describe("progress", () => {
  test("is a bar on a terminal, drawn over and over, and removed", () => {
    const { progress, written } = onTerminal(80);
    progress.update(0.5, "a.png");
    progress.clear();
    progress.clear();
    expect(written).toEqual([`${anew}${"█".repeat(12)}${"░".repeat(12)}  50 % a.png`, anew]);
  });

  test.each([[12], [30], [80], [0], [undefined]])("never wraps on %s columns", (columns) => {
    const { progress, written } = onTerminal(columns);
    for (const fraction of [0, 0.333, 1]) progress.update(fraction, "a long name ".repeat(20));
    for (const line of written)
      expect(widthOf(line.slice(anew.length))).toBeLessThan(columns || 80);
  });

  test("is lines elsewhere, one for each subject and each further tenth of it", () => {
    const { progress, written } = onTerminal(undefined, false);
    for (const fraction of [0, 0.05, 0.099, 0.12, 0.19, 0.35]) progress.update(fraction, "a.png");
    progress.update(0.5, "b.png");
    progress.clear();
    expect(written).toEqual(["  0 % a.png\n", " 12 % a.png\n", " 35 % a.png\n", " 50 % b.png\n"]);
  });
});

test("over several images, methods and tests it never runs backwards", async () => {
  const folder = temporaryFolder();
  const model = pooledModel(join(folder, "model.onnx"), 4, ["N", 3, 16, 16]);
  const images = await Promise.all(
    ["a", "b", "c"].map((name) =>
      noiseImage(join(folder, `${name}.png`), { width: 16, height: 16 }),
    ),
  );
  const methods = ["--method", "gradCam,rise,occlusion", "--masks", "300"];
  const asked = ["--model", model, ...images, ...methods, "--judge", "deletion"];
  const { stderr } = await sightline(["explain", ...asked]);
  const told = [...stderr.matchAll(/^ *(\d+) % (.*)$/gm)];
  const percents = told.map(([, percent]) => Number(percent));
  expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  const subjects = told.map(([, , subject]) => subject);
  expect(subjects).toEqual(expect.arrayContaining(["c.png: occlusion", "c.png: Deletion"]));
});

test("an output folder that cannot be used is told before there is any", async () => {
  const folder = temporaryFolder();
  const model = pooledModel(join(folder, "model.onnx"), 4, ["N", 3, 16, 16]);
  const image = await noiseImage(join(folder, "a.png"), { width: 16, height: 16 });
  const out = join(model, "out");
  const { stderr, complaints } = await sightline([
    ...["explain", "--model", model, image, "--out", out],
  ]);
  expect(complaints).toHaveLength(1);
  expect(stderr).toBe(`${complaints[0]}\n`);
  expect(complaints[0]).toMatch(/this is not a folder/);
});

describe("text in columns", () => {
  test.each([
    ["cat", 3],
    ["猫", 2],
    ["ねこ.png", 8],
    ["e\u0301", 1],
    ["👩‍🔬", 2],
    ["", 0],
  ])("%j takes %i", (text, width) => expect(widthOf(text)).toBe(width));

  test.each([
    ["cat", 5, "cat  "],
    ["abcdefghij", 5, "ab…ij"],
    ["photograph.png", 9, "phot….png"],
    ["猫猫猫猫", 5, "猫…猫"],
    ["猫猫猫猫", 6, "猫…猫 "],
    ["abc", 1, "…"],
  ])("%j in %i columns is %j", (text, width, expected) => {
    expect(fit(text, width)).toBe(expected);
    expect(widthOf(fit(text, width))).toBe(width);
  });

  test("control characters are not passed on", () => {
    expect(printable("a\nb\x1b[31m")).toBe("a�b�[31m");
  });
});
