import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { commandLine } from "../../../src/extension/panel/commandLine";
import type { ExplainRequest } from "../../../src/explain/api";
import { readExplainOptions } from "../../../src/explain/cli/explainOptions";

const request: ExplainRequest = {
  model: "/m/net.onnx",
  images: ["/i/a.png"],
  methods: ["gradCam"],
  layer: "auto",
  classes: { indices: [3] },
  score: "logit",
};
const start = "sightline explain --model /m/net.onnx --method gradCam";

test.each<[string, Partial<ExplainRequest>, string]>([
  ["what is the default is left out", { classes: { top: 1 } }, `${start} /i/a.png`],
  ["the class is named", {}, `${start} --class 3 /i/a.png`],
  [
    "layer and score are named when they were chosen",
    { layer: "block 4", score: "probability" },
    `${start} --layer 'block 4' --class 3 --score probability /i/a.png`,
  ],
  [
    "joined layers, the first in front",
    { layer: "auto", fusedLayers: ["b", "c"] },
    `${start} --layer auto --layer b --layer c --class 3 /i/a.png`,
  ],
  [
    "the average over changed images",
    { augmented: true },
    `${start} --augmented --class 3 /i/a.png`,
  ],
  ["a set of classes", { classes: { set: [3, 7] } }, `${start} --class 3+7 /i/a.png`],
  ["the score turned round", { negated: true }, `${start} --class 3 --negate /i/a.png`],
  ["another class", { versus: { class: 5 } }, `${start} --class 3 --versus 5 /i/a.png`],
  [
    "the nearest classes",
    { versus: { nearest: 3, alpha: 1 } },
    `${start} --class 3 --versus nearest3 /i/a.png`,
  ],
  [
    "how much of the nearest classes",
    { versus: { nearest: 2, alpha: 0.6 } },
    `${start} --class 3 --versus nearest2 --alpha 0.6 /i/a.png`,
  ],
  [
    "a method's parameters",
    { parameters: { gradCam: { noiseLevel: 0.1, mode: "squared" } } },
    `${start} --noise-level 0.1 --mode squared --class 3 /i/a.png`,
  ],
  [
    "parameters of several methods each by its method",
    { methods: ["gradCam", "rise"], parameters: { rise: { masks: 100 } } },
    "sightline explain --model /m/net.onnx --method gradCam,rise --rise.masks 100 --class 3 /i/a.png",
  ],
  [
    "the output when it was chosen",
    { output: "aux logits" },
    "sightline explain --model /m/net.onnx --output 'aux logits' --method gradCam --class 3 /i/a.png",
  ],
])("%s", (_, part, line) => expect(commandLine({ ...request, ...part }, "linux")).toBe(line));

test("the program reads the line as the request that it was made from", () => {
  const asked: ExplainRequest = {
    ...request,
    methods: ["occlusion", "gradCam"],
    parameters: { occlusion: { window: 24 } },
    layer: "block 4",
    fusedLayers: ["it's"],
    augmented: true,
    classes: { set: [3, 7] },
    score: "logProbability",
    negated: true,
  };
  const line = commandLine(asked, "linux").replace("sightline explain", "printf '%s\\0'");
  const words = execFileSync("sh", ["-c", line], { encoding: "utf8" }).split("\0").slice(0, -1);
  expect(readExplainOptions(words)).toMatchObject({
    ...{
      model: asked.model,
      paths: asked.images,
      methods: asked.methods,
      layers: ["block 4", "it's"],
    },
    ...{
      parameters: asked.parameters,
      augmented: true,
      classes: ["3+7"],
      score: asked.score,
      negated: true,
    },
  });
});

test
  .skipIf(process.platform === "win32")
  .each(["/i/it's a $HOME `test` \\.png", '/i/"quoted" & ; | * ? \n.png', "/i/ünïcode –.png"])(
  "a shell reads %j as one word",
  (image) => {
    const line = commandLine({ ...request, images: [image] }, "linux");
    const script = line.replace("sightline explain", "printf '%s\\0'");
    const words = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0");
    expect(words.at(-2)).toBe(image);
  },
);

test("on Windows a path with a space stands in double quotes", () =>
  expect(commandLine({ ...request, images: ["C:\\my images\\a.png"] }, "win32")).toContain(
    '"C:\\my images\\a.png"',
  ));
