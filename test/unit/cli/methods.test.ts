import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { methods } from "../../../src/explain/method/index";
import type { Parameter } from "../../../src/explain/method/parameter";
import { ownParameterOptions } from "../../../src/explain/cli/parameterOptions";
import { kebab } from "../../../src/explain/kebab";
import { explainOptions } from "../../../src/explain/cli/explainOptions";
import { explained, explainJson, readNpy, sightline } from "../../helper/cli";
import { temporaryFolder, writeProfile } from "../../helper/files";
import { noiseImage } from "../../helper/picture";
import { expectValid } from "../../helper/schema";
import { features, linearHead, pooledModel, writeModel } from "../../helper/smallModel";
import { named } from "../../helper/classifier";
import { tensor } from "../../../src/explain/tensor";
import { normal } from "../../helper/random";

const folder = temporaryFolder();
const size = 32;
const model = pooledModel(join(folder, "model.onnx"), 4, ["N", 3, size, size]);
const labels = ["cat", "dog", "cat+dog", "bird"];
writeProfile(model, { colour: "rgb", range: 1, mean: [0.5], std: [0.5], resize: "squash", labels });
const image = await noiseImage(join(folder, "noise.png"), { width: size, height: size });

const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

/** Methods that a small convolutional network has no part for. */
const withoutAttention = methods.filter(({ family }) => family !== "attention");

describe("every method", () => {
  test("explains two classes, says with which parameters, and leaves the model as it was", async () => {
    const before = sha256(model);
    const out = join(folder, "all");
    const ids = withoutAttention.map(({ id }) => id);
    const asked = ["--method", ids.join(), "--class", "0,3", "--out", out];
    const manifest = await explainJson(["--model", model, image, ...asked]);
    expectValid("manifest", manifest);
    const { maps } = explained(manifest)[0]!;
    expect(maps.map(({ method, classIndex }) => `${method} ${classIndex}`)).toEqual(
      ids.flatMap((id) => [`${id} 0`, `${id} 3`]),
    );
    for (const map of maps) {
      const { parameters } = methods.find(({ id }) => id === map.method)!;
      const defaults = Object.entries(parameters).map(([name, own]) => [name, own.default]);
      expect(map.parameters).toEqual(Object.fromEntries(defaults));
      expect(readNpy(out, map.npy!).dims).toEqual(map.dims);
      expect(map.dims.slice(-2)).toEqual([size, size]);
    }
    expect(sha256(model)).toBe(before);
  });

  test("that needs what the model lacks says so, and the others go on", async () => {
    const out = join(folder, "some");
    const asked = "attentionRollout,gradCam,gradientAttentionRollout";
    const args = ["--model", model, image, "--method", asked, "--json", "--out", out];
    const { status, stdout, complaints } = await sightline(["explain", ...args]);
    expect(status).toBe(1);
    expect(complaints).toHaveLength(2);
    const manifest = JSON.parse(stdout) as Awaited<ReturnType<typeof explainJson>>;
    expectValid("manifest", manifest);
    expect(explained(manifest)[0]!.maps.map(({ method }) => method)).toEqual(["gradCam"]);
    expect(manifest.methods.flatMap(({ refused }) => refused ?? [])).toEqual(complaints);
    const written = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8")) as typeof manifest;
    expect(written.methods).toEqual(manifest.methods);
  });
});

/** A value that is not the default. */
function other(parameter: Parameter): string | undefined {
  if (parameter.kind === "choice")
    return parameter.options.find((option) => option !== parameter.default);
  if (parameter.kind === "text") return undefined;
  const { min, max, default: byDefault } = parameter;
  return String(byDefault === min ? Math.min(max, min + 1) : min);
}

describe("parameters", () => {
  test("have names that are no other option's", () => {
    const names = methods.flatMap(({ parameters }) => Object.keys(parameters).map(kebab));
    expect(names.filter((name) => Object.hasOwn(explainOptions, name))).toEqual([]);
    expect(Object.keys(ownParameterOptions).length).toBe(names.length);
  });

  const flags = withoutAttention.flatMap(({ id, parameters }) =>
    Object.entries(parameters).flatMap(([name, parameter]) => {
      const value = other(parameter);
      return value === undefined ? [] : [[id, name, value] as const];
    }),
  );

  test.each(flags)("%s takes %s as a flag: %s", async (id, name, value) => {
    const args = ["--model", model, image, "--method", id, `--${id}.${kebab(name)}`, value];
    const { status, stdout, stderr } = await sightline(["explain", ...args, "--json"]);
    // Some values do not go with others, such as a stride beyond the window: then one sentence says so.
    if (status !== 0) return expect(stderr).toMatch(new RegExp(name, "i"));
    const manifest = JSON.parse(stdout) as Awaited<ReturnType<typeof explainJson>>;
    expect(String(manifest.methods[0]!.parameters[name])).toBe(value);
  });

  const given = ["explain", "--model", model, image];
  test.each<[args: string[], sentence: string | RegExp]>([
    [["--samples", "8"], /^--samples belongs to .*smoothGrad.*, and --method asks for gradCam;/],
    [["--method", "smoothGrad", "--samples", "many"], /^--samples takes a whole number from 1 to/],
    [["--method", "gradCam", "--smoothGrad.samples", "8"], /belongs to smoothGrad/],
    [["--alpha", "1"], "--alpha belongs to --versus nearestN; give both."],
    [["--versus", "nearest3", "--alpha", "-1"], "--alpha takes a number from 0 to 10, not “-1”."],
    [["--layer", "features", "--layer", "auto"], /auto as the first of several/],
    [
      ["--class", "0+1", "--class", "2"],
      /one set of classes, such as 281\+282, and nothing beside/,
    ],
  ])("wrong usage: %j", async (args, sentence) => {
    const { status, complaints } = await sightline([...given, ...args]);
    expect(complaints.join()).toMatch(sentence);
    expect(status).toBe(2);
  });
});

test("the help has no default without words", async () => {
  const { stdout } = await sightline(["explain", "--help"]);
  expect(stdout).toContain(
    "occlusion: window (pixels); a seventh of the image's shorter side by default",
  );
  expect(stdout).toContain("occlusion: stride (pixels); half a window by default");
  expect(stdout).toContain("contrast at; the layer below the classifier by default");
  expect(stdout).not.toMatch(/;\s+by default|, in (of|share)\b/);
});

test("the completeness gap stands below a map's row, beside the sum that the map should have", async () => {
  const asked = [
    "--model",
    model,
    image,
    "--method",
    "gradCam,integratedGradients",
    "--steps",
    "4",
  ];
  const { stdout } = await sightline(["explain", ...asked]);
  const [gradCam, row, gap] = stdout.split("\n").slice(1);
  expect(gradCam).toContain("gradCam");
  expect(row).toContain("integratedGradients");
  expect(gap).toMatch(/^ {2}Completeness gap: \S+ of \S+ \(\S+ %\)$/);
});

test("the manifest tells how far every two methods agree on a class", async () => {
  const args = ["--model", model, image, "--method", "gradCam,cam,saliency", "--class", "0,3"];
  const manifest = await explainJson(args);
  expectValid("manifest", manifest);
  const found = explained(manifest)[0]!.agreements!;
  expect(found.map(({ classIndex, methods: [a, b] }) => `${classIndex} ${a} ${b}`)).toEqual([
    ...["0 gradCam cam", "0 gradCam saliency", "3 gradCam cam", "3 gradCam saliency"],
    ...["0 cam saliency", "3 cam saliency"],
  ]);
  expect(found[1]!.rankCorrelation).toBeLessThan(0.9);
});

describe("what is remarked", () => {
  const pooled = writeModel(join(folder, "pooled.onnx"), ["N", 3, size, size], (g, x) => {
    const kernel = g.parameter("classifier", normal([3, 4, 1, 1], 9, "float32"));
    const scores = named(g, "scores", "Conv", [features(g, x), kernel]);
    return [g.op("Flatten", [g.op("GlobalAveragePool", [named(g, "last", "Relu", [scores])])])];
  });
  writeProfile(pooled, { colour: "rgb", range: 1, mean: [0.5], std: [0.5], resize: "squash" });
  const asking = ["--model", pooled, image, "--method", "contrastiveMwp", "--class", "0,1"];
  const remark = /map is that of the layer below, “features”/;

  test("holds for the layer of the map", async () => {
    const remarks = async (layer: string) => {
      const manifest = await explainJson([...asking, "--layer", layer]);
      expectValid("manifest", manifest);
      return explained(manifest)[0]!.maps.map((map) => map.remark);
    };
    for (const told of await remarks("scores")) expect(told).toMatch(remark);
    expect(await remarks("features")).toEqual([undefined, undefined]);
  });

  test("is printed once", async () => {
    const { stderr } = await sightline(["explain", ...asking, "--layer", "last"]);
    expect(stderr.split("\n").filter((line) => remark.test(line))).toHaveLength(1);
    const other = await sightline(["explain", ...asking, "--layer", "features"]);
    expect(other.stderr).not.toMatch(/remark/);
  });
});

test("a map that is zero says between which values the gradient vanishes", async () => {
  const off = writeModel(join(folder, "off.onnx"), ["N", 3, 8, 8], (g, x) => {
    const low = g.op("Sub", [features(g, x), g.constant(tensor("float32", [1e3], []))]);
    return [linearHead(g, named(g, "off", "Relu", [low]), 3)];
  });
  writeProfile(off, { colour: "rgb", range: 1, mean: [0.5], std: [0.5], resize: "squash" });
  const args = ["explain", "--model", off, image, "--layer", "features", "--class", "0"];
  const { status, stdout } = await sightline(args);
  expect(status).toBe(0);
  expect(stdout).toMatch(/The map is zero everywhere.* The gradient vanishes between “off” and “/);
});

describe("what is explained", () => {
  const map = async (...args: string[]) => {
    const manifest = await explainJson(["--model", model, image, "--method", "saliency", ...args]);
    expectValid("manifest", manifest);
    return explained(manifest)[0]!.maps[0]!;
  };

  test.each<[args: string[], said: object]>([
    [["--class", "0+3"], { classIndex: 0, set: [0, 3] }],
    [["--class", "cat+bird"], { classIndex: 0, set: [0, 3] }],
    [["--class", "cat+dog"], { classIndex: 2 }],
    [["--class", "0", "--versus", "dog"], { classIndex: 0, versus: { class: 1 } }],
    [["--versus", "nearest2"], { versus: { nearest: 2, alpha: 1 } }],
    [["--versus", "nearest2", "--alpha", "0.6"], { versus: { nearest: 2, alpha: 0.6 } }],
    [["--negate"], { negated: true }],
    [["--score", "logProbability"], { score: "logProbability" }],
  ])("%j is told in the manifest", async (args, said) => {
    expect(await map(...args)).toMatchObject(said);
  });

  test("of a set, its probability is that of any of its classes", async () => {
    const [one, other] = [await map("--class", "0"), await map("--class", "3")];
    const { probability } = await map("--class", "0+3");
    expect(probability).toBeCloseTo(one.probability + other.probability, 6);
  });

  test.each<[args: string[], sentence: RegExp]>([
    [["--class", "0+3", "--versus", "1"], /a set of classes cannot be compared/],
    [["--versus", "nearest2", "--score", "probability"], /contrast .* is one of logits/],
    [["--class", "0", "--versus", "9"], /there is no class 9; the classes are 0 to 3/],
    [["--class", "0", "--versus", "0"], /class 0 cannot be compared with itself/],
  ])("%j does not go together", async (args, sentence) => {
    const { status, complaints } = await sightline(["explain", "--model", model, image, ...args]);
    expect(complaints.join()).toMatch(sentence);
    expect(status).toBe(1);
  });
});
