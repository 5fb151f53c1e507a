import { decodeText } from "./text";

/** A file that people open by mistake for a model. */
export interface Mistake {
  /** Completes “this is …”. */
  readonly what: string;
  readonly remedy: string;
  /** Sees the first bytes (at most 4 kB) and the file's name. */
  match(head: Uint8Array, name: string): boolean;
}

type Test = Mistake["match"];

/** The head begins with these bytes, at an offset. */
const bytes =
  (signature: string | readonly number[], offset = 0): Test =>
  (head) => {
    const wanted = typeof signature === "string" ? [...signature].map(code) : signature;
    return wanted.every((byte, i) => head[offset + i] === byte);
  };

const code = (character: string) => character.charCodeAt(0);

/** The head contains all the texts, as names in a zip archive or keys of a JSON file. */
const contains =
  (...texts: readonly string[]): Test =>
  (head) => {
    const text = latin1(head);
    return texts.every((wanted) => text.includes(wanted));
  };

const endsWith =
  (...endings: readonly string[]): Test =>
  (_head, name) =>
    endings.some((ending) => name.toLowerCase().endsWith(ending));

const all =
  (...tests: readonly Test[]): Test =>
  (head, name) =>
    tests.every((test) => test(head, name));

const any =
  (...tests: readonly Test[]): Test =>
  (head, name) =>
    tests.some((test) => test(head, name));

function latin1(head: Uint8Array): string {
  return Array.from(head, (byte) => String.fromCharCode(byte)).join("");
}

const zip = bytes("PK\x03\x04");
/** Protocols 2 to 5. */
const pickle = any(bytes([0x80, 2]), bytes([0x80, 3]), bytes([0x80, 4]), bytes([0x80, 5]));
const image = any(
  bytes("\x89PNG"),
  bytes([0xff, 0xd8, 0xff]),
  bytes("GIF8"),
  all(bytes("RIFF"), bytes("WEBP", 8)),
  bytes("II*\0"),
  bytes("MM\0*"),
  bytes("ftypavif", 4),
  all(bytes("BM"), endsWith(".bmp")),
);

const isText: Test = (head) => {
  // A character may be cut in two at the end of the head.
  const text = decodeText(head.length < 8 ? head : head.subarray(0, -4));
  // eslint-disable-next-line no-control-regex
  return !/[\0-\x08\x0e-\x1f\ufffd]/.test(text);
};

const fromPyTorch =
  "load it in Python and export it with torch.onnx.export, then open the .onnx file";
const fromTensorFlow =
  "convert it with tf2onnx (python -m tf2onnx.convert), then open the .onnx file";
const chooseModel = "choose a model file, such as one that ends in .onnx";

/** In the order in which they are tried: the particular before the general. */
export const mistakes: readonly Mistake[] = [
  {
    what: "an empty file",
    remedy: "copy or export the model again",
    match: (head) => head.length === 0,
  },
  {
    what: "a Git LFS pointer, not the model itself",
    remedy: "run “git lfs pull” in its repository",
    match: bytes("version https://git-lfs"),
  },
  {
    what: "a Keras model",
    remedy: fromTensorFlow,
    match: all(zip, any(endsWith(".keras"), contains("metadata.json", "config.json"))),
  },
  {
    what: "a PyTorch file (a checkpoint or TorchScript)",
    remedy: fromPyTorch,
    match: any(
      all(
        zip,
        any(contains(".pkl"), contains("/data/0"), endsWith(".pt", ".pt2", ".pth", ".ckpt")),
      ),
      bytes([0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46]),
    ),
  },
  {
    what: "a Python pickle, such as an old PyTorch checkpoint",
    remedy: fromPyTorch,
    match: pickle,
  },
  { what: "a NumPy archive", remedy: chooseModel, match: all(zip, contains(".npy")) },
  { what: "a zip archive", remedy: "unpack it and open the model inside", match: zip },
  {
    what: "a compressed archive",
    remedy: "unpack it and open the model inside",
    match: bytes([0x1f, 0x8b]),
  },
  {
    what: "a Keras or HDF5 file",
    remedy: fromTensorFlow,
    match: bytes("\x89HDF\r\n\x1a\n"),
  },
  {
    what: "a safetensors file: weights without a network",
    remedy: fromPyTorch,
    match: any(bytes('{"', 8), endsWith(".safetensors")),
  },
  {
    what: "a TensorFlow Lite model",
    remedy: "export the original model to ONNX, or convert this one with tf2onnx (--tflite)",
    match: bytes("TFL3", 4),
  },
  {
    what: "an onnxruntime .ort model",
    remedy: "open the .onnx file that it was made from",
    match: bytes("ORTM", 4),
  },
  { what: "an image", remedy: chooseModel, match: image },
  {
    what: "a TensorFlow.js model",
    remedy: "convert the original model with tf2onnx, then open the .onnx file",
    match: all(isText, any(contains('"modelTopology"'), contains('"weightsManifest"'))),
  },
  {
    what: "a web page, not the model itself",
    remedy: "download the file behind the link",
    match: all(
      isText,
      any(contains("<!DOCTYPE html"), contains("<!doctype html"), contains("<html")),
    ),
  },
  { what: "a JSON file", remedy: chooseModel, match: all(isText, bytes("{")) },
  { what: "a text file", remedy: chooseModel, match: isText },
  {
    what: "a TensorFlow model",
    remedy: fromTensorFlow,
    match: endsWith(".pb", ".meta", ".index", ".ckpt"),
  },
  {
    what: "a Core ML model",
    remedy: "export the original model to ONNX",
    match: endsWith(".mlmodel"),
  },
];
