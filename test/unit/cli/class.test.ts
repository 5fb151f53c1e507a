import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { explained, explainJson, readNpy, sightline } from "../../helper/cli";
import { temporaryFolder, writeProfile } from "../../helper/files";
import { noiseImage } from "../../helper/picture";
import { pooledModel, sigmoidModel } from "../../helper/smallModel";

const folder = temporaryFolder();
const rgb = { colour: "rgb", range: 1, mean: [0.5], std: [0.5], resize: "squash" };
const labels = ["cat", "dog, brown", "Bird", "bird of prey", "twin", "twin"];
const model = pooledModel(join(folder, "six.onnx"), 6);
writeProfile(model, { ...rgb, labels });
const unnamed = pooledModel(join(folder, "unnamed.onnx"), 3);
writeProfile(unnamed, rgb);

const image = await noiseImage(join(folder, "noise.png"));

async function classesOf(...choice: string[]): Promise<number[]> {
  const manifest = await explainJson(["--model", model, image, ...choice]);
  return explained(manifest)[0]!.maps.map(({ classIndex }) => classIndex);
}

describe("--class", () => {
  test("is the prediction by default", async () => {
    const manifest = await explainJson(["--model", model, image]);
    const { predictions, maps } = explained(manifest)[0]!;
    expect(maps.map(({ classIndex }) => classIndex)).toEqual([predictions[0]!.index]);
  });

  test.each<[claim: string, args: string[], classes: number[]]>([
    ["takes an index", ["--class", "4"], [4]],
    ["takes indices in the order given", ["--class", "4,0,2"], [4, 0, 2]],
    ["takes each class once", ["--class", "4,4", "--class", "4"], [4]],
    ["takes a label", ["--class", "cat"], [0]],
    ["knows no upper and lower case", ["--class", "BIRD"], [2]],
    ["takes a label with a comma as a whole", ["--class", "dog, brown"], [1]],
    ["takes labels and indices together", ["--class", "cat, 3 ,bird"], [0, 3, 2]],
    ["may be given several times", ["--class", "dog, brown", "--class", "5"], [1, 5]],
  ])("%s", async (_, args, classes) => {
    expect(await classesOf(...args)).toEqual(classes);
  });

  test("topN takes the most probable, and no more than there are", async () => {
    const manifest = await explainJson(["--model", model, image, "--class", "top1000"]);
    const { predictions, maps } = explained(manifest)[0]!;
    expect(maps).toHaveLength(6);
    expect(maps.map(({ classIndex }) => classIndex)).toEqual(predictions.map(({ index }) => index));
    const probabilities = maps.map(({ probability }) => probability);
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
    expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
  });

  test("several at once give the maps that each gives alone", async () => {
    const out = join(folder, "together");
    await sightline(["explain", "--model", model, image, "--class", "1,4", "--out", out]);
    for (const index of [1, 4]) {
      const alone = join(folder, `alone${index}`);
      await sightline(["explain", "--model", model, image, "--class", `${index}`, "--out", alone]);
      const [a, b] = [out, alone].map((place) => readNpy(place, `noise.gradCam.${index}.npy`));
      a!.data.forEach((value, i) => expect(value).toBeCloseTo(b!.data[i]!, 6));
    }
  });

  test.each<[claim: string, args: string[], status: number, sentence: string]>([
    [
      "an index that is too large",
      ["--model", model, "--class", "6"],
      1,
      `${model}: there is no class 6; the classes are 0 to 5.`,
    ],
    [
      "a label that is nearly right",
      ["--model", model, "--class", "brid"],
      1,
      `${model}: no class is called “brid”; did you mean “Bird”?`,
    ],
    [
      "a word of a label",
      ["--model", model, "--class", "Brown"],
      1,
      `${model}: no class is called “Brown”; did you mean “dog, brown”?`,
    ],
    [
      "a label that is not known",
      ["--model", model, "--class", "0,xylophone"],
      1,
      `${model}: no class is called “xylophone”; sightline inspect --json lists the classes.`,
    ],
    [
      "a label that two classes have",
      ["--model", model, "--class", "twin"],
      1,
      `${model}: 2 classes are called “twin” (4, 5); give the index.`,
    ],
    [
      "a label where there are none",
      ["--model", unnamed, "--class", "cat"],
      1,
      `${unnamed}: its classes have no names, so there is no “cat”; give an index from 0 to 2, or topN.`,
    ],
    [
      "topN among others",
      ["--model", model, "--class", "1,top2"],
      2,
      "--class takes either topN or indices and labels, not both.",
    ],
    [
      "nothing between commas",
      ["--model", model, "--class", "1,,2"],
      2,
      "Option --class has an empty item; give indices, labels or topN.",
    ],
  ])("refuses %s", async (_, args, status, sentence) => {
    const run = await sightline(["explain", image, ...args]);
    expect(run.complaints).toEqual([sentence]);
    expect(run.status).toBe(status);
    expect(run.stdout).toBe("");
  });
});

describe("a model with one sigmoid output", () => {
  const single = sigmoidModel(join(folder, "single.onnx"));
  writeProfile(single, rgb);
  const pair = sigmoidModel(join(folder, "pair.onnx"));
  writeProfile(pair, { ...rgb, labels: ["cat", "dog"] });

  test("without labels has class 0, whose score is the logit", async () => {
    const [entry] = explained(await explainJson(["--model", single, image]));
    expect(entry!.predictions).toHaveLength(1);
    const { index, logit, probability } = entry!.predictions[0]!;
    expect(index).toBe(0);
    expect(probability).toBeCloseTo(1 / (1 + Math.exp(-logit)), 6);
  });

  test("with two labels has class 1 = the logit and class 0 = minus the logit", async () => {
    const [one] = explained(await explainJson(["--model", single, image]));
    const { logit } = one!.predictions[0]!;
    const [two] = explained(await explainJson(["--model", pair, image, "--class", "cat,dog"]));
    expect(two!.maps.map(({ classIndex, label }) => [classIndex, label])).toEqual([
      [0, "cat"],
      [1, "dog"],
    ]);
    expect(two!.maps.map((map) => map.logit)).toEqual([-logit, logit]);
    expect(two!.maps[0]!.probability + two!.maps[1]!.probability).toBeCloseTo(1, 6);
  });

  test("the signed maps of its two classes are opposite", async () => {
    const out = join(folder, "opposite");
    const args = ["--model", pair, image, "--class", "0,1", "--method", "cam", "--out", out];
    await sightline(["explain", ...args]);
    const [cat, dog] = [0, 1].map((index) => readNpy(out, `noise.cam.${index}.npy`).data);
    expect(Math.max(...cat!.map(Math.abs))).toBeGreaterThan(0);
    cat!.forEach((value, i) => expect(value).toBeCloseTo(-dog![i]!, 6));
  });
});
