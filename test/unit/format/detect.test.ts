import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { detectFormat } from "../../../src/explain/format/index";
import { temporaryFolder } from "../../helper/folder";
import { files, fixture } from "../../helper/model";

const real = fixture("../../../shared/real");

async function refusal(path: string): Promise<string> {
  const error: unknown = await detectFormat(path, files).catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: "format" });
  expect(String((error as Error).message).startsWith(`${path}: `)).toBe(true);
  return (error as Error).message.slice(path.length + 2);
}

function written(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

test("knows ONNX by its content, whatever the name", async () => {
  const model = readFileSync(fixture("onnx/facts.onnx"));
  for (const name of ["model.onnx", "model.pb", "weights.bin", "noExtension"]) {
    expect((await detectFormat(written(name, model), files)).id).toBe("onnx");
  }
});

test("knows ONNX by the first bytes of a larger file, cut off or not", async () => {
  const model = readFileSync(fixture("onnx/encodingsBig.onnx"));
  expect((await detectFormat(fixture("onnx/encodingsBig.onnx"), files)).id).toBe("onnx");
  expect((await detectFormat(written("cut.onnx", model.subarray(0, 500)), files)).id).toBe("onnx");
});

test("knows the real model", async (context) => {
  if (!existsSync(real)) context.skip("../shared/real is not there");
  const path = join(real, "models/onnx/SqueezeNet_fp16.onnx");
  expect((await detectFormat(path, files)).id).toBe("onnx");
});

const fromPyTorch =
  "load it in Python and export it with torch.onnx.export, then open the .onnx file.";
const chooseModel = "choose a model file, such as one that ends in .onnx.";

test.each([
  ["checkpoint.pth", `this is a PyTorch file (a checkpoint or TorchScript); ${fromPyTorch}`],
  ["legacy.pth", `this is a PyTorch file (a checkpoint or TorchScript); ${fromPyTorch}`],
  ["script.pt", `this is a PyTorch file (a checkpoint or TorchScript); ${fromPyTorch}`],
  ["arrays.npz", `this is a NumPy archive; ${chooseModel}`],
  [
    "network.keras",
    "this is a Keras model; convert it with tf2onnx (python -m tf2onnx.convert), then open the .onnx file.",
  ],
  ["model.zip", "this is a zip archive; unpack it and open the model inside."],
  ["model.ort", "this is an onnxruntime .ort model; open the .onnx file that it was made from."],
  ...["png", "jpg", "gif", "webp", "tiff", "bmp"].map((extension) => [
    `picture.${extension}`,
    `this is an image; ${chooseModel}`,
  ]),
])("says what %s is instead", async (name, sentence) => {
  expect(await refusal(fixture("foreign", name!))).toBe(sentence);
});

test.each([
  ["empty.onnx", "", "this is an empty file; copy or export the model again."],
  [
    "lfs.onnx",
    "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
    "this is a Git LFS pointer, not the model itself; run “git lfs pull” in its repository.",
  ],
  [
    "page.onnx",
    "<!DOCTYPE html><html>",
    "this is a web page, not the model itself; download the file behind the link.",
  ],
  ["notes.txt", "Grüße", `this is a text file; ${chooseModel}`],
  ["package.json", '{ "name": "x" }', `this is a JSON file; ${chooseModel}`],
  [
    "w.safetensors",
    '\x40\0\0\0\0\0\0\0{"w":{}}',
    `this is a safetensors file: weights without a network; ${fromPyTorch}`,
  ],
  [
    "net.tflite",
    "\x1c\0\0\0TFL3",
    "this is a TensorFlow Lite model; export the original model to ONNX, or convert this one with tf2onnx (--tflite).",
  ],
  [
    "net.mlmodel",
    "\x08\x04\x12\x0a\x0a\x03\x0a\x01a\x1a\x01\x02z",
    "this is a Core ML model; export the original model to ONNX.",
  ],
  [
    "list.pkl",
    "\x80\x04]\x94.",
    `this is a Python pickle, such as an old PyTorch checkpoint; ${fromPyTorch}`,
  ],
  [
    "model.onnx.gz",
    "\x1f\x8b\x08\0",
    "this is a compressed archive; unpack it and open the model inside.",
  ],
  [
    "noise.onnx",
    "\xfe\0\x01\xff\xfe",
    "this is not an ONNX model; choose another file, or copy or export the model again if it should be one.",
  ],
])("says what %s is instead", async (name, content, sentence) => {
  const latin1 = name === "notes.txt" ? content : Buffer.from(content, "latin1");
  expect(await refusal(written(name, latin1))).toBe(sentence);
});

test.for([
  [
    "models/keras/mobilenet_v1_0.25_224_imagenet.h5",
    "this is a Keras or HDF5 file; convert it with tf2onnx",
  ],
  ["models/tfjs/mobilenet_v1_025_224_layers/model.json", "this is a TensorFlow.js model; convert"],
  ["models/tfjs/mobilenet_v1_025_224_graph/model.json", "this is a TensorFlow.js model; convert"],
  [
    "models/savedmodel/potato_disease_1",
    "this is a TensorFlow SavedModel; convert it with tf2onnx",
  ],
  [
    "models/savedmodel/potato_disease_1/saved_model.pb",
    "this is a TensorFlow model; convert it with tf2onnx",
  ],
  ["images/cat_and_dog.png", "this is an image; choose a model file"],
  ["SOURCES.md", "this is a text file; choose a model file"],
])("says what the real %s is", async ([name, sentence], context) => {
  if (!existsSync(real)) context.skip("../shared/real is not there");
  expect(await refusal(join(real, name!))).toContain(sentence);
});

test("a folder and a missing file are told as such", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "models"));
  expect(await refusal(join(folder, "models"))).toBe(
    "this is a folder, not a model file; choose a model file in it.",
  );
  await expect(detectFormat(join(folder, "gone.onnx"), files)).rejects.toMatchObject({
    code: "file",
  });
});
