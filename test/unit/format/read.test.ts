import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SightlineError } from "../../../src/explain/error";
import { readParameter } from "../../../src/explain/format/element";
import { openOnnx } from "../../../src/explain/format/onnx/read";
import { sizeOf } from "../../../src/explain/tensor";
import { temporaryFolder } from "../../helper/folder";
import { generator } from "../../helper/random";
import { checkModel, checkWritten, files, fixture } from "../../helper/model";

const open = (...parts: string[]) => openOnnx(fixture("onnx", ...parts), files);

test("reads every element type in every encoding", async () => {
  const { graph } = await checkModel(fixture("onnx/encodings.onnx"), 0);
  expect(graph.parameters.size).toBe(26);
  expect([...graph.parameters.values()].every(({ data }) => data)).toBe(true);
});

test("leaves big weights in the file, whatever their encoding", async () => {
  const { graph } = await checkModel(fixture("onnx/encodingsBig.onnx"), 0);
  const located = [...graph.parameters].filter(([, { location }]) => location);
  expect(located.map(([name]) => name)).toEqual([
    "float32.raw",
    "float32.float_data",
    "float64.raw",
    "float64.double_data",
    "float16.raw",
    "bfloat16.raw",
  ]);
  for (const [, { type, dims, location }] of located) {
    const bytes = { float32: 4, float64: 8 }[type as string] ?? 2;
    expect(location).toMatchObject({
      file: fixture("onnx/encodingsBig.onnx"),
      length: bytes * 2100,
    });
    expect(sizeOf(dims)).toBe(2100);
  }
});

test("located weights are what float_data says", async () => {
  const { graph } = await open("encodingsBig.onnx");
  const raw = await readParameter(files, graph.parameters.get("float16.raw")!);
  const typed = await readParameter(files, graph.parameters.get("float16.int32_data")!);
  expect(raw).toEqual(typed);
  expect(raw.data.slice(0, 3)).toEqual(Float32Array.of(-20, -19.875, -19.75));
});

test("64-bit integers are exact up to 2^53", async () => {
  const { graph } = await open("encodings.onnx");
  const wide = Float64Array.of(2 ** 40 + 1, -(2 ** 40), -1, 2 ** 53 - 1, 5, 5, 5);
  expect(graph.parameters.get("int64.raw")!.data).toEqual(wide);
  expect(graph.parameters.get("int64.int64_data")!.data).toEqual(wide);
});

test("Constant nodes become parameters under their tensors' names", async () => {
  const { graph } = await checkModel(fixture("onnx/constants.onnx"));
  expect([...graph.parameters.keys()]).toEqual(["big", "one", "list", "int", "shape"]);
  expect(graph.parameters.get("big")!.location).toBeDefined();
  expect(graph.nodes.map(({ op }) => op)).toEqual(["Add", "Mul", "Reshape", "Add", "Cast"]);
});

test("local functions are inlined", async () => {
  const { graph } = await checkModel(fixture("onnx/functions.onnx"));
  expect(graph.nodes.map(({ name }) => name)).toEqual([
    "one/first/b",
    "one/second/b",
    "one/b",
    "two/first/b",
    "two/second/b",
    "two/b",
  ]);
  const slopes = graph.nodes.map(({ attributes }) => attributes.alpha);
  expect(slopes).toEqual([0.5, 0.5, undefined, 0.25, 0.25, undefined]);
  expect([...graph.parameters.keys()]).toEqual(["one/limit", "two/limit"]);
});

test("nodes out of order are put in order", async () => {
  const { graph } = await checkModel(fixture("onnx/unsorted.onnx"));
  expect(graph.nodes.map(({ op }) => op)).toEqual(["Relu", "Exp", "Neg"]);
});

test("initializers that are inputs too are parameters", async () => {
  const { graph } = await checkModel(fixture("onnx/oldInputs.onnx"));
  expect(graph.inputs.map(({ name }) => name)).toEqual(["x"]);
});

test("open sizes keep their names or get one of their own", async () => {
  const { graph } = await open("unnamedSizes.onnx");
  expect(graph.inputs).toEqual([{ name: "x", type: "float32", dims: ["x.0", 3, "x.2", "x.3"] }]);
  expect((await open("namedSizes.onnx")).graph.inputs[0]!.dims).toEqual(["batch", 3, "2*h", 7]);
});

test("facts tell opset, producer and metadata; doc strings are dropped", async () => {
  const { facts, companions, format, graph } = await open("facts.onnx");
  expect(facts).toEqual({
    irVersion: "8",
    opset: "17",
    producer: "pytorch 2.1.0",
    "metadata author": "someone",
  });
  expect({ format, companions }).toEqual({ format: "onnx", companions: [] });
  expect(JSON.stringify(graph)).not.toContain("long story");
});

test("weights of the real fp16 model stay in its file", async (context) => {
  const path = fixture("../../../shared/real/models/onnx/SqueezeNet_fp16.onnx");
  if (!existsSync(path)) context.skip("../shared/real is not there");
  const { graph, facts } = await openOnnx(path, files);
  expect(facts).toMatchObject({ opset: "7", irVersion: "3", producer: "onnx-caffe2" });
  expect(graph.inputs).toEqual([{ name: "data_0", type: "float16", dims: [1, 3, 224, 224] }]);
  expect(graph.outputs).toEqual(["softmaxout_1"]);
  expect(graph.types.get("softmaxout_1")!.dims).toEqual([1, 1000, 1, 1]);
  const own = [...graph.parameters].filter(([name]) => !name.startsWith("sightline/"));
  const parameters = own.map(([, parameter]) => parameter);
  expect(parameters.reduce((sum, { dims }) => sum + sizeOf(dims), 0)).toBe(1_235_496);
  for (const { dims, location } of parameters) {
    expect(location?.length ?? 0).toBe(2 * sizeOf(dims) > 4096 ? 2 * sizeOf(dims) : 0);
  }
  await checkWritten(path, graph, 1e-3);
  const softmax = graph.nodes.at(-1)!;
  expect(softmax).toMatchObject({ op: "Softmax", attributes: { axis: 1 } });
});

test.each([
  ["good", "weights.bin"],
  ["noLength", "weights.bin"],
  ["subfolder", "sub/weights.bin"],
  ["roundabout", "weights.bin"],
])("external data: %s", async (name, file) => {
  const { graph, companions } = await checkModel(fixture("onnx/external", `${name}.onnx`));
  expect(companions).toEqual([fixture("onnx/external", file)]);
  expect(graph.parameters.get("w")!.location).toEqual({
    file: fixture("onnx/external", file),
    offset: 16,
    length: 8000,
  });
});

const outside = "lies outside the model's folder, which is not allowed; put it beside the model";

test.each([
  ["missing", "its external data file “gone.bin” is missing; put it into the model's folder"],
  ["parent", `its external data file “../encodings.onnx” ${outside}`],
  ["absolute", `its external data file “/etc/passwd” ${outside}`],
  ["drive", `its external data file “C:\\weights.bin” ${outside}`],
  [
    "short",
    "its external data file “weights.bin” ends after 8016 bytes where the weight “w” needs 8024",
  ],
  ["wrongLength", "the weight “w” has 4000 bytes where its shape needs 8000"],
  ["noLocation", "the weight “w” has no location"],
  ["badOffset", "the weight “w” has the offset “ten”"],
])("external data that is %s is refused", async (name, sentence) => {
  const path = fixture("onnx/external", `${name}.onnx`);
  await expect(openOnnx(path, files)).rejects.toThrow(`${path}: ${sentence}`);
});

test("external data behind a link out of the folder is refused", async () => {
  const folder = temporaryFolder();
  const model = join(folder, "linked.onnx");
  copyFileSync(fixture("onnx/external/linked.onnx"), model);
  symlinkSync(fixture("onnx/external/weights.bin"), join(folder, "link.bin"));
  await expect(openOnnx(model, files)).rejects.toThrow(
    `its external data file “link.bin” ${outside}`,
  );
});

test("a folder that is a link to elsewhere is refused as well", async () => {
  const folder = temporaryFolder();
  const model = join(folder, "subfolder.onnx");
  copyFileSync(fixture("onnx/external/subfolder.onnx"), model);
  symlinkSync(fixture("onnx/external/sub"), join(folder, "sub"));
  await expect(openOnnx(model, files)).rejects.toThrow(outside);
});

test("a model and its data linked from a common place, as in a download cache, are read", async () => {
  const folder = temporaryFolder();
  const [blobs, snapshot] = [join(folder, "blobs"), join(folder, "snapshot")];
  [blobs, snapshot].forEach((path) => mkdirSync(path));
  copyFileSync(fixture("onnx/external/good.onnx"), join(blobs, "1f"));
  copyFileSync(fixture("onnx/external/weights.bin"), join(blobs, "2e"));
  symlinkSync("../blobs/1f", join(snapshot, "model.onnx"));
  symlinkSync("../blobs/2e", join(snapshot, "weights.bin"));
  const { companions } = await openOnnx(join(snapshot, "model.onnx"), files);
  expect(companions).toEqual([await files.realPath(join(blobs, "2e"))]);
});

test("a model through a link finds data beside what it points to", async () => {
  const link = join(temporaryFolder(), "model.onnx");
  symlinkSync(fixture("onnx/external/good.onnx"), link);
  const { graph } = await openOnnx(link, files);
  expect(graph.parameters.get("w")!.location!.file).toBe(fixture("onnx/external/weights.bin"));
});

test.each([
  [
    "opset6",
    "this ONNX model has opset 6, but 7 to 28 are understood; export it again with one of these, such as 17.",
  ],
  [
    "opset99",
    "this ONNX model has opset 99, but 7 to 28 are understood; export it again with one of these, such as 28.",
  ],
  ["noOpset", "this ONNX model does not say its opset; copy it again or export it again."],
  [
    "sequence",
    "its input “x” has no tensor type, which is not supported; export the model with tensor inputs of known rank.",
  ],
  [
    "text",
    "its input “x” has element type STRING, which is not supported; export the model with tensor inputs of known rank.",
  ],
  ["noRank", "its input “x” has no shape; export the model with tensor inputs of known rank."],
  [
    "unknown",
    "operator Sparkle (node “deep/layer”) is not supported; replace it by supported operators before exporting",
  ],
  [
    "domain",
    "operator my.domain.Sparkle (node “deep/layer”) is not supported; replace it by supported operators",
  ],
  [
    "attribute",
    "operator Relu (node “r”) has the unknown attribute shine; replace it by supported operators",
  ],
  [
    "output",
    "“other”: is not a value of this graph; export the model again for inference and check it with onnx.checker.",
  ],
  [
    "textWeight",
    "the weight “w” has the element type STRING, which is not supported; export the model in float32 or float16.",
  ],
  [
    "float8",
    "the weight “w” has the element type FLOAT8E4M3FNUZ, which is not supported; export the model in float32",
  ],
  ["shortWeight", "the weight “w” has 2 numbers where its shape needs 3; export the model again."],
  ["shortRaw", "the weight “w” has 4 bytes where its shape needs 12; export the model again."],
  ["shortBig", "the weight “w” has 8000 bytes where its shape needs 12000;"],
  ["training", "“bn”: BatchNormalization is in training mode"],
  [
    "if",
    "operator If (node “choice”) has a condition, “c” (made by Greater “isBright”), that is not known before running; export the model with a fixed input size or with constant folding",
  ],
  ["sparse", "it has sparse weights, which are not supported; store them as dense ones."],
  ["recursive", "its function F calls itself; export the model again."],
])("%s is refused in one sentence", async (name, sentence) => {
  const path = fixture("onnx/refused", `${name}.onnx`);
  await expect(openOnnx(path, files)).rejects.toThrow(`${path}: ${sentence}`);
});

test("a cycle names the node that waits for itself", async () => {
  await expect(open("cycle.onnx")).rejects.toThrow(
    "“ring”: Add reads “b”, which nothing before it makes",
  );
});

test("a model cut off anywhere says so, with its length", async () => {
  const whole = readFileSync(fixture("onnx/constants.onnx"));
  const path = join(temporaryFolder(), "cut.onnx");
  for (const length of [12, 13, 40, 300, 3000, 6100, whole.length - 20, whole.length - 1]) {
    writeFileSync(path, whole.subarray(0, length));
    await expect(openOnnx(path, files), `${length} bytes`).rejects.toThrow(
      `${path}: this ONNX model is cut off after ${length} bytes; copy it again or export it again.`,
    );
  }
});

test("a damaged model says so", async () => {
  const bytes = readFileSync(fixture("onnx/constants.onnx"));
  const path = join(temporaryFolder(), "damaged.onnx");
  bytes.fill(0xff, 40, 60);
  writeFileSync(path, bytes);
  await expect(openOnnx(path, files)).rejects.toThrow(/this ONNX model is damaged/);
});

test("damage anywhere ends in a sentence, or in a model", async () => {
  const next = generator(5);
  const path = join(temporaryFolder(), "damaged.onnx");
  for (let round = 0; round < 400; round++) {
    const name = ["constants", "functions", "encodings", "form/FusedConv-17-residual"][round % 4]!;
    const bytes = readFileSync(fixture("onnx", `${name}.onnx`));
    for (let i = 0; i < 3; i++) bytes[Math.floor(next() * 500)] = Math.floor(next() * 256);
    writeFileSync(path, bytes);
    const outcome: unknown = await openOnnx(path, files).catch((cause: unknown) => cause);
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(SightlineError);
  }
});

test("a model that is gone is told by its path", async () => {
  const path = join(temporaryFolder(), "gone.onnx");
  await expect(openOnnx(path, files)).rejects.toThrow(`${path}: there is no such file`);
});
