import { FormatError } from "../error";
import type { Files } from "../file/file";
import type { Format } from "./format";
import { mistakes } from "./mistake";
import { onnx } from "./onnx/onnx";

/** Every format that can be opened. */
export const formats: readonly Format[] = [onnx];

const headLength = 4096;

/**
 * The format of a file by its content; the name only tells what it was meant to be. Throws `FormatError` for what is no model, in
 * words of what it is instead, and `SightlineError("file")` for a file that is not there.
 */
export async function detectFormat(path: string, files: Files): Promise<Format> {
  const stat = await files.stat(path);
  if (stat?.directory) throw await folderError(path, files);
  const head = await files.read(path, 0, Math.min(headLength, stat?.size ?? 1));
  const name = files.nameOf(path);
  const format = formats.find((candidate) => candidate.match(head, name));
  if (format) return format;
  const mistake = mistakes.find((candidate) => candidate.match(head, name));
  if (mistake) throw new FormatError(path, `this is ${mistake.what}`, mistake.remedy);
  const titles = formats.map(({ title }) => title).join(" or ");
  throw new FormatError(
    path,
    `this is not an ${titles} model`,
    "choose another file, or copy or export the model again if it should be one",
  );
}

async function folderError(path: string, files: Files): Promise<FormatError> {
  const names = await files.list(path);
  if (names.includes("saved_model.pb")) {
    const remedy = "convert it with tf2onnx (--saved-model), then open the .onnx file";
    return new FormatError(path, "this is a TensorFlow SavedModel", remedy);
  }
  return new FormatError(path, "this is a folder, not a model file", "choose a model file in it");
}
