import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { encodeNpy } from "../../../src/explain/file/npy";
import { explained, explainJson, readNpy, sightline } from "../../helper/cli";
import { brightnessModel, temporaryFolder, writeProfile } from "../../helper/files";
import { normal } from "../../helper/random";
import { channelsLastModel, pooledModel } from "../../helper/smallModel";
import { expectValid } from "../../helper/schema";

const folder = temporaryFolder();

/** Writes seeded normal numbers of a shape and returns path and values. */
function array(name: string, dims: readonly number[]) {
  const path = join(folder, `${name}.npy`);
  const value = normal(dims, 7, "float32");
  writeFileSync(path, encodeNpy(value));
  return { path, data: value.data };
}

describe("--tensor", () => {
  test("feeds the array as it is: no resizing, no normalisation", async () => {
    const model = brightnessModel(join(folder, "bright.onnx"), { width: 8, height: 6 });
    // Would change every value if it were applied.
    writeProfile(model, { colour: "bgr", range: 255, mean: [100], std: [7] });
    const { path, data } = array("fed", [1, 3, 6, 8]);
    const out = join(folder, "fed");
    const args = ["--model", model, "--tensor", path, "--method", "cam", "--class", "0"];
    const manifest = await explainJson([...args, "--out", out]);
    expectValid("manifest", manifest);
    expect(readdirSync(out).sort()).toEqual(["fed.cam.0.npy", "manifest.json"]);
    const map = readNpy(out, "fed.cam.0.npy");
    expect(map.dims).toEqual([6, 8]);
    map.data.forEach((value, i) => {
      const sum = data[i]! + data[i + 48]! + data[i + 96]!;
      expect(value).toBeCloseTo(Math.max(0, sum), 5);
    });
    const [entry] = explained(manifest);
    expect(entry!.path).toBe(path);
  });

  test("of float64 is rounded to float32", async () => {
    const model = pooledModel(join(folder, "wide.onnx"), 3);
    const { path, data } = array("narrow", [1, 3, 8, 8]);
    const header = Buffer.from(encodeNpy({ dims: [1, 3, 8, 8], data: new Float32Array(0) }));
    const wide = join(folder, "wide.npy");
    const text = header.toString("latin1").replace("<f4", "<f8");
    const numbers = Buffer.from(Float64Array.from(data).buffer);
    writeFileSync(wide, Buffer.concat([Buffer.from(text, "latin1"), numbers]));
    const [a, b] = await Promise.all(
      [path, wide].map((tensor) => explainJson(["--model", model, "--tensor", tensor])),
    );
    expect(explained(a!)[0]!.predictions).toEqual(explained(b!)[0]!.predictions);
  });

  test("goes into a model with channels last as [1,H,W,C]", async () => {
    const model = channelsLastModel(join(folder, "last.onnx"));
    const { path } = array("last", [1, 8, 6, 3]);
    const out = join(folder, "last");
    await explainJson(["--model", model, "--tensor", path, "--class", "2", "--out", out]);
    expect(readNpy(out, "last.gradCam.2.npy").dims).toEqual([8, 6]);
  });

  test("gives a model that takes any size its size", async () => {
    const model = pooledModel(join(folder, "any.onnx"), 3, ["N", 3, "H", "W"]);
    const { path } = array("any", [1, 3, 5, 9]);
    const out = join(folder, "any");
    const args = ["--model", model, "--tensor", path, "--class", "0", "--out", out];
    const manifest = await explainJson(args);
    expect(manifest.profile.size).toEqual({ width: 9, height: 5 });
    expect(readNpy(out, "any.gradCam.0.npy").dims).toEqual([5, 9]);
  });
});

describe("--tensor refuses", () => {
  const model = pooledModel(join(folder, "refusing.onnx"), 3);
  const any = pooledModel(join(folder, "anything.onnx"), 3, ["N", 3, "H", "W"]);
  const text = join(folder, "text.npy");
  writeFileSync(text, "1 2 3");
  const last = channelsLastModel(join(folder, "last.onnx"));
  const first = array("first", [1, 3, 8, 8]).path;
  const flat = array("flat", [3, 8, 8]).path;
  const two = array("two", [2, 3, 8, 8]).path;

  test.each<[claim: string, model: string, tensor: string, why: string]>([
    [
      "a missing batch axis",
      model,
      flat,
      "the array has the shape [3,8,8], but the model's input is [1,3,8,8]",
    ],
    [
      "a batch of two",
      model,
      two,
      "the array has the shape [2,3,8,8], but the model's input is [1,3,8,8]",
    ],
    [
      "another order of axes",
      last,
      first,
      "the array has the shape [1,3,8,8], but the model's input is [1,8,6,3]",
    ],
    [
      "three axes for any size",
      any,
      flat,
      "the array has the shape [3,8,8], but the model's input is [1,3,height,width]",
    ],
  ])("%s", async (_, into, tensor, why) => {
    const run = await sightline(["explain", "--model", into, "--tensor", tensor]);
    expect(run.complaints).toEqual([`${tensor}: ${why}; save it in that shape.`]);
    expect(run.status).toBe(1);
  });

  test("what is no array", async () => {
    const run = await sightline(["explain", "--model", model, "--tensor", text]);
    expect(run.complaints).toEqual([
      `${text}: this is not a .npy file; save it with numpy.save as a float32 array in C order.`,
    ]);
    expect(run.status).toBe(1);
  });

  test("a file that is not there", async () => {
    const path = join(folder, "gone.npy");
    const run = await sightline(["explain", "--model", model, "--tensor", path]);
    expect(run.complaints).toEqual([expect.stringMatching(/gone\.npy: there is no such file; /)]);
  });
});
