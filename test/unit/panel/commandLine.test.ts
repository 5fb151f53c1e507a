import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { commandLine } from "../../../src/extension/panel/commandLine";
import type { PanelChoice } from "../../../src/extension/wire/viewApi";

const choice: PanelChoice = {
  model: "/m/net.onnx",
  images: ["/i/a.png"],
  image: "/i/a.png",
  method: "gradCam",
  layer: "auto",
  classIndex: "predicted",
  score: "logit",
  look: { layers: "overlay", opacity: 0.5, colourMap: "inferno", peak: true },
};

test("what is the default is left out", () =>
  expect(commandLine(choice, 3, "linux")).toBe(
    "sightline explain --model /m/net.onnx --method gradCam --class 3 /i/a.png",
  ));

test("the output is named when it was chosen", () =>
  expect(commandLine({ ...choice, output: "aux logits" }, 3, "linux")).toContain(
    "--model /m/net.onnx --output 'aux logits' --method",
  ));

test("layer and score are named when they were chosen", () =>
  expect(
    commandLine({ ...choice, layer: "block 4", score: "probability" }, undefined, "linux"),
  ).toBe(
    "sightline explain --model /m/net.onnx --method gradCam --layer 'block 4' --score probability /i/a.png",
  ));

test
  .skipIf(process.platform === "win32")
  .each(["/i/it's a $HOME `test` \\.png", '/i/"quoted" & ; | * ? \n.png', "/i/ünïcode –.png"])(
  "a shell reads %j as one word",
  (image) => {
    const line = commandLine({ ...choice, image }, 0, "linux");
    const script = line.replace("sightline explain", "printf '%s\\0'");
    const words = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0");
    expect(words.at(-2)).toBe(image);
  },
);

test("on Windows a path with a space stands in double quotes", () =>
  expect(commandLine({ ...choice, image: "C:\\my images\\a.png" }, 0, "win32")).toContain(
    '"C:\\my images\\a.png"',
  ));
