import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  brightnessModel,
  hasReal,
  realFolder,
  temporaryFolder,
  writeProfile,
} from "../../helper/files";
import { sightline } from "../../helper/cli";
import { expectValid } from "../../helper/schema";
import {
  channelsLastModel,
  externalModel,
  flattenedModel,
  pooledModel,
  sigmoidModel,
  twoOutputModel,
} from "../../helper/smallModel";

const folder = temporaryFolder();

interface Document {
  readonly [key: string]: unknown;
  readonly classes: { index: number; label: string }[];
  readonly layers: { name: string; default: boolean }[];
  readonly methods: { id: string }[];
  readonly refusedMethods: { id: string; reason: string }[];
  readonly profile: Record<string, unknown>;
  readonly profileSources: Record<string, { from: string }>;
}

async function inspectJson(model: string, ...more: string[]): Promise<Document> {
  const { status, stdout, stderr } = await sightline([
    "inspect",
    "--model",
    model,
    "--json",
    ...more,
  ]);
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const document = JSON.parse(stdout) as Document;
  expectValid("inspection", document);
  return document;
}

/** All that an inspection is promised to tell. */
const promised = [
  "version",
  "format",
  "inputs",
  "outputs",
  "profile",
  "profileSources",
  "classes",
  "layers",
  "scores",
  "methods",
  "hash",
  "bytes",
  "companions",
];

describe("inspect --json", () => {
  test("tells everything that is promised, in the form of its schema", async () => {
    const model = brightnessModel(join(folder, "bright.onnx"), { width: 8, height: 6, cell: 2 });
    writeProfile(model, { labels: ["bright", "dark"], colour: "rgb" });
    const document = await inspectJson(model);
    for (const key of promised) expect(document, key).toHaveProperty(key);
    expect(document.inputs).toEqual([{ name: "image", type: "float32", dims: ["N", 3, 6, 8] }]);
    expect(document.classes).toEqual([
      { index: 0, label: "bright" },
      { index: 1, label: "dark" },
    ]);
    expect(document.hash).toBe(createHash("sha256").update(readFileSync(model)).digest("hex"));
    expect(document.companions).toEqual([]);
  });

  test("every field of the profile has its source", async () => {
    const model = brightnessModel(join(folder, "source.onnx"), { width: 8, height: 6 });
    writeProfile(model, { colour: "bgr" });
    const { profile, profileSources } = await inspectJson(model);
    expect(Object.keys(profileSources)).toEqual(expect.arrayContaining(Object.keys(profile)));
    expect(profileSources["colour"]).toEqual({ from: "sidecar", detail: "source.sightline.json" });
    expect(profileSources["size"]!.from).toBe("graph");
  });

  test("exactly one layer is the default", async () => {
    const { layers } = await inspectJson(pooledModel(join(folder, "layers.onnx"), 3));
    expect(layers.filter((layer) => layer.default)).toEqual([
      {
        name: "features",
        op: "Relu",
        channels: 4,
        height: 8,
        width: 8,
        reached: true,
        trunk: true,
        default: true,
      },
    ]);
  });

  test("a profile's own output and --output choose the output, the latter first", async () => {
    const model = twoOutputModel(join(folder, "outputs.onnx"));
    expect((await inspectJson(model)).classes).toHaveLength(3);
    expect((await inspectJson(model, "--output", "second")).classes).toHaveLength(2);
    writeProfile(model, { output: "second" });
    expect((await inspectJson(model)).classes).toHaveLength(2);
    const { profile, classes } = await inspectJson(model, "--output", "first");
    expect(classes).toHaveLength(3);
    expect(profile["output"]).toBe("first");
  });

  test("methods are those that apply; the others say why and what to use", async () => {
    const { methods, refusedMethods } = await inspectJson(
      flattenedModel(join(folder, "flat.onnx")),
    );
    expect(methods.map(({ id }) => id)).toContain("gradCam");
    expect(methods.map(({ id }) => id)).not.toContain("cam");
    const refused = refusedMethods.find(({ id }) => id === "cam");
    expect(refused!.reason).toMatch(/Use Grad-CAM/);
  });

  test("a sigmoid output with two labels has two classes", async () => {
    const model = sigmoidModel(join(folder, "sigmoid.onnx"));
    expect((await inspectJson(model)).classes).toHaveLength(1);
    writeProfile(model, { labels: ["cat", "dog"] });
    expect((await inspectJson(model)).classes.map(({ label }) => label)).toEqual(["cat", "dog"]);
  });

  test("an input with channels last is told as such", async () => {
    const { input } = await inspectJson(channelsLastModel(join(folder, "last.onnx")));
    expect(input).toMatchObject({ layout: "NHWC", channels: 3, height: 8, width: 6 });
  });

  test("external weights belong to the checkpoint", async () => {
    const [model, weights] = [join(folder, "external.onnx"), join(folder, "external.bin")];
    const { companions } = await inspectJson(externalModel(model, weights));
    const hash = createHash("sha256").update(readFileSync(weights)).digest("hex");
    expect(companions).toEqual([{ path: weights, hash, bytes: 64 + 48 }]);
  });

  test.skipIf(!hasReal)("a real model: SqueezeNet in float16", async () => {
    const model = join(realFolder, "models/onnx/SqueezeNet_fp16.onnx");
    const document = await inspectJson(model);
    expect(document).toMatchObject({ format: "onnx", bytes: 2_484_091 });
    expect(document.classes[948]).toEqual({ index: 948, label: "Granny Smith" });
    expect(document.layers.find((layer) => layer.default)).toMatchObject({ name: "conv10_2" });
    expect(document.methods.map(({ id }) => id).slice(0, 2)).toEqual(["gradCam", "cam"]);
  });
});

test("without --json the same is told in lines", async () => {
  const model = brightnessModel(join(folder, "lines.onnx"), { width: 8, height: 6, cell: 2 });
  const { status, stdout, stderr } = await sightline(["inspect", "--model", model]);
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain(`${model} (onnx, 0.0 MB)`);
  expect(stdout).toMatch(/^ {2}image {2}float32 \[N,3,6,8\]$/m);
  expect(stdout).toMatch(/^ {2}→ .* Relu 2 × 3 × 4$/m);
});
