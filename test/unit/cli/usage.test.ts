import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { methods } from "../../../src/explain/method/index";
import { sightline } from "../../helper/cli";
import { temporaryFolder } from "../../helper/files";
import { pooledModel } from "../../helper/smallModel";

const model = pooledModel(join(temporaryFolder(), "model.onnx"), 3);
const given = ["explain", "--model", model, "image.png"];

/** Wrong command lines: what stands on standard error, in one line. Nothing of the disk is looked at. */
test.each<[args: string[], sentence: string]>([
  [["explan"], "There is no command “explan”; did you mean “explain”?"],
  [["frobnicate!"], "There is no command “frobnicate!”; the commands are explain, inspect, demo."],
  [
    [...given, "--layr", "x"],
    "There is no option “--layr” for sightline explain; did you mean --layer?",
  ],
  [
    ["inspect", "-zzzzzz"],
    "There is no option “-zzzzzz” for sightline inspect; sightline inspect --help lists the options.",
  ],
  [["inspect"], "Option --model is missing; give it as --model M."],
  [["inspect", "--model"], "Option --model has no value; give it as --model M."],
  [["inspect", "--model", "--json"], "Option --model has no value; give it as --model M."],
  [["inspect", "--model="], "Option --model is empty; give it as --model M."],
  [["inspect", "--model", model, "--json=1"], "Option --json takes no value; leave out “=1”."],
  [
    ["inspect", "--model", model, "image.png"],
    "“image.png” is left over; sightline inspect takes --model and no images.",
  ],
  [["demo", "now"], "“now” is left over; sightline demo takes nothing."],
  [["explain", "image.png"], "Option --model is missing; give it as --model M."],
  [
    ["explain", "--model", model],
    "No image is named; give image files, a folder of images, or --tensor X.npy.",
  ],
  [[...given, "--tensor", "x.npy"], "Both images and --tensor are given; give one of the two."],
  [[...given, "--method", "gradcam"], "There is no method “gradcam”; did you mean “gradCam”?"],
  [
    [...given, "--method", "sobolIndices"],
    `There is no method “sobolIndices”; the methods are ${methods.map(({ id }) => id).join(", ")}.`,
  ],
  [
    [...given, "--score", "loss"],
    "--score takes logit or probability or logProbability, not “loss”.",
  ],
  [[...given, "--judge", "roads"], "There is no test “roads”; did you mean “road”?"],
  [[...given, "--class", "top0"], "--class topN takes a number from 1 on: top1 is the prediction."],
  [
    [...given, "--versus", "nearest0"],
    "--versus nearestN takes a number from 1 on: nearest3 is usual.",
  ],
  [[...given, "--threads", "0"], "--threads takes a whole number from 1 to 256, not “0”."],
  [[...given, "--threads", "two"], "--threads takes a whole number from 1 to 256, not “two”."],
  [[...given, "--runtime", "tpu"], "There is no runtime “tpu”; choose onnxruntime or reference."],
])("wrong usage: sightline %j", async (args, sentence) => {
  const { status, stdout, stderr } = await sightline(args);
  expect(stderr).toBe(`${sentence}\n`);
  expect(stdout).toBe("");
  expect(status).toBe(2);
});

describe("help", () => {
  test("without a command is printed as a complaint", async () => {
    const { status, stdout, stderr } = await sightline([]);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("sightline explain --model M");
  });

  test.each([[["--help"]], [["-h"]], [["help"]]])("%j lists every command", async (args) => {
    const { status, stdout } = await sightline(args);
    expect(status).toBe(0);
    for (const name of ["explain", "inspect", "demo"])
      expect(stdout).toMatch(new RegExp(`^  sightline ${name}`, "m"));
    expect(stdout).toMatch(/Exit status: 0 done, 1 failed, 2 wrong usage, 130 cancelled\./);
  });

  test.each([[["explain", "--help"]], [["help", "explain"]]])(
    "%j lists the command's options",
    async (args) => {
      const { status, stdout } = await sightline(args);
      expect(status).toBe(0);
      for (const option of ["model", "profile", "tensor", "method", "layer", "class", "score"])
        expect(stdout).toMatch(new RegExp(`^ +--${option} \\S+  +\\w`, "m"));
      expect(stdout).not.toContain("sightline inspect --model");
    },
  );

  test("--version prints the version", async () => {
    const { status, stdout } = await sightline(["--version"]);
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^sightline \d+\.\d+\.\d+\n$/)]);
  });
});
