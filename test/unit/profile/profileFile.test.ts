import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { beforeEach, describe, expect, test } from "vitest";
import { diskFiles } from "../../../src/explain/file/disk";
import type { SourcedProfile } from "../../../src/explain/profile/profile";
import {
  readProfile,
  readSidecar,
  sidecarPaths,
  writeProfile,
} from "../../../src/explain/profile/profileFile";
import { temporaryFolder } from "../../helper/folder";

const files = diskFiles();
const schemaFile = join(__dirname, "../../../media/schema/profile.schema.json");
const validate = new Ajv({ allErrors: true }).compile(
  JSON.parse(readFileSync(schemaFile, "utf8")) as object,
);
let folder: string;
let path: string;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, "net.sightline.json");
});

async function read(content: unknown) {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return readProfile(path, files);
}

async function refusal(content: unknown): Promise<string> {
  const error: unknown = await read(content).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ name: "SightlineError", code: "profile" });
  const { message } = error as Error;
  expect(message.startsWith(folder)).toBe(true);
  expect(message).toMatch(/^[^\n]*; [^\n]*\.$/);
  return message.slice(folder.length + 1);
}

describe("a profile", () => {
  test("gives its fields, a square size as one number", async () => {
    const found = await read({
      $schema: "x",
      size: 224,
      colour: "bgr",
      mean: [1, 2, 3],
      backgroundClass: 0,
    });
    expect(found.fields).toEqual({
      size: { width: 224, height: 224 },
      colour: "bgr",
      mean: [1, 2, 3],
      backgroundClass: 0,
    });
    expect(found.source).toEqual({ from: "sidecar", detail: "net.sightline.json" });
  });

  test("may begin with a byte order mark", async () => {
    expect((await read('\uFEFF{"size":{"width":3,"height":4}}')).fields.size).toEqual({
      width: 3,
      height: 4,
    });
  });

  test("names its labels, or a file of them beside it", async () => {
    mkdirSync(join(folder, "names"));
    writeFileSync(join(folder, "names/labels.txt"), "cat\ndog\n");
    expect((await read({ labels: ["a", "b"] })).fields.labels).toEqual(["a", "b"]);
    const found = await read({ labels: "names/labels.txt" });
    expect(found.fields.labels).toEqual(["cat", "dog"]);
    expect(found.labelsFile).toBe(join(folder, "names/labels.txt"));
    expect((await read({ labels: join(folder, "names/labels.txt") })).fields.labels).toEqual([
      "cat",
      "dog",
    ]);
  });
});

/** Each is refused by the schema as well, so that the editor underlines what Sightline refuses. */
const wrong: [unknown, RegExp][] = [
  [
    { color: "rgb" },
    /“color” is not a known key; did you mean “colour”\? Known are “size”, “resize”/,
  ],
  [{ meen: [1] }, /“meen” is not a known key; did you mean “mean”\?/],
  [{ zzzzzzzz: 1 }, /“zzzzzzzz” is not a known key; known are “size”/],
  [{ size: "224" }, /“size” is "224"; it must be a whole number from 1 to 8192, or \{ "width"/],
  [{ size: [224, 224] }, /“size” is \[224,224\]; /],
  [{ size: { width: 224 } }, /“size” is \{"width":224\}; /],
  [{ size: { width: 2, height: 2, depth: 2 } }, /“size” is /],
  [{ size: 0 }, /“size” is 0; /],
  [{ size: 1.5 }, /“size” is 1.5; /],
  [{ resize: "stretch" }, /“resize” is "stretch"; it must be "squash", "crop" or "letterbox"\.$/],
  [{ antialias: 1 }, /“antialias” is 1; it must be true or false\.$/],
  [{ range: 2 }, /“range” is 2; it must be 1 or 255\.$/],
  [{ mean: 0.5 }, /“mean” is 0.5; it must be a list of 1 number, or a list of 3 numbers\.$/],
  [{ mean: [0.5, "x", 1] }, /“mean” is \[0.5,"x",1\]; /],
  [{ mean: [1, 2] }, /“mean” is \[1,2\]; /],
  [
    { std: [0] },
    /“std” is \[0\]; it must be a list of 1 number above 0, or a list of 3 numbers above 0\.$/,
  ],
  [{ fill: [0, 0, 256] }, /“fill” is \[0,0,256\]; it must be a list of 3 numbers from 0 to 255\.$/],
  [{ labels: [1, 2] }, /“labels” is \[1,2\]; it must be a list of texts, or a text\.$/],
  [{ labels: "" }, /“labels” is ""; /],
  [{ backgroundClass: -1 }, /“backgroundClass” is -1; it must be a whole number of at least 0\.$/],
  [{ activation: null }, /“activation” is null; it must be "softmax", "sigmoid" or "none"\.$/],
  [{ layer: 3 }, /“layer” is 3; it must be a text\.$/],
  [{ toString: 1 }, /“toString” is not a known key; /],
  [[], /is not a JSON object; write \{ … \} with keys such as “size”, “resize” or “resizeTo”\.$/],
  ["{ size: 1 }", /^net.sightline.json: is not valid JSON \(.*\); correct it\.$/],
  ['{"size": 224} // square', /is not valid JSON/],
];

describe("a wrong profile is refused in one sentence with file, key, and what is allowed", () => {
  test.each(wrong)("%j", async (content, says) => {
    expect(await refusal(content)).toMatch(says);
    if (typeof content !== "string") expect(validate(content)).toBe(false);
  });

  test("labels file missing", async () => {
    expect(await refusal({ labels: "gone.txt" })).toBe(
      "gone.txt: there is no such labels file; correct the path in “labels”.",
    );
  });

  test("profile missing", async () => {
    const gone = readProfile(join(folder, "gone.json"), files);
    await expect(gone).rejects.toThrow("gone.json: there is no such profile; correct the path.");
  });
});

const right: unknown[] = [
  {},
  { size: 224 },
  {
    size: { width: 1, height: 8192 },
    resize: "letterbox",
    fill: [0, 127.5, 255],
    antialias: false,
  },
  { mean: [0], std: [1e-3], range: 255, labels: [], output: "o", kernel: "nearest" },
];

test.each(right)("right for both the editor's schema and Sightline: %j", async (content) => {
  await expect(read(content)).resolves.toBeDefined();
  expect(validate(content)).toBe(true);
});

describe("beside a model", () => {
  const model = () => join(folder, "net.onnx");

  test("net.onnx.sightline.json goes before net.sightline.json", async () => {
    expect(await readSidecar(model(), files)).toBeUndefined();
    writeFileSync(join(folder, "net.sightline.json"), '{"size":1}');
    expect((await readSidecar(model(), files))!.fields.size!.width).toBe(1);
    writeFileSync(join(folder, "net.onnx.sightline.json"), '{"size":2}');
    expect((await readSidecar(model(), files))!.fields.size!.width).toBe(2);
  });

  test("a hidden file's dot does not count as an extension", () => {
    expect(sidecarPaths(join(folder, ".onnx"), files)).toEqual([
      join(folder, ".onnx.sightline.json"),
    ]);
  });

  test("a profile is written whole, reads back equal, and is never overwritten", async () => {
    const labels = Array.from({ length: 12 }, (_, i) => `class {${i}}, "quoted": yes,no`);
    const profile: SourcedProfile["profile"] = {
      size: { width: 320, height: 224 },
      resize: "crop",
      resizeTo: 256,
      kernel: "bicubic",
      antialias: true,
      fill: [0, 1, 2],
      colour: "bgr",
      range: 255,
      mean: [103.939, 116.779, 123.68],
      std: [1],
      output: "out",
      activation: "softmax",
      layer: "auto",
      backgroundClass: 0,
      labels,
    };
    const written = await writeProfile(
      model(),
      { profile, sources: {} as SourcedProfile["sources"] },
      files,
    );
    expect(written).toBe(path);
    const text = readFileSync(path, "utf8");
    expect(validate(JSON.parse(text))).toBe(true);
    expect(text).toContain('\n  "size": { "width": 320, "height": 224 },\n');
    expect(text).toContain('\n  "mean": [103.939, 116.779, 123.68],\n');
    expect((await readSidecar(model(), files))!.fields).toEqual(profile);
    const again = writeProfile(
      model(),
      { profile, sources: {} as SourcedProfile["sources"] },
      files,
    );
    await expect(again).rejects.toThrow(`${path}: exists already; edit it, or remove it`);
  });
});
