import type { Files } from "../../file/file";
import { parseJson, profileError } from "../profileError";
import { isRecord } from "../schema";
import { readSettingText } from "../settingText";

/**
 * Reads class names, one per output in order: a text file with one name per line, or JSON in one of the forms in use. Throws
 * `SightlineError("profile")`.
 */
export async function readLabels(path: string, files: Files): Promise<string[]> {
  if (!(await files.stat(path)))
    throw profileError(path, "there is no such labels file", "correct the path in “labels”");
  const text = await readSettingText(path, files);
  const labels = path.toLowerCase().endsWith(".json")
    ? namesIn(parseJson(text, path))
    : namesOnLines(text);
  if (labels && labels.length > 0 && labels.every((name) => name !== undefined))
    return labels as string[];
  const remedy =
    "give one name per line, or a JSON list of names, or an object from index to name or from name to index";
  throw profileError(path, "holds no class names in a known form", remedy);
}

/**
 * Names in a JSON value: a list; an object from index to name (`id2label`) or to [id, name] (Keras `imagenet_class_index`); an
 * object from name to index (Keras `class_indices`, `label2id`). `undefined` for anything else, and in place of a missing index.
 */
export function namesIn(value: unknown): (string | undefined)[] | undefined {
  if (Array.isArray(value)) return value.map(nameOf);
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value);
  const byIndex = entries.every(([key]) => /^\d+$/.test(key))
    ? entries.map(([key, name]) => [Number(key), nameOf(name)] as const)
    : entries.map(([name, index]) => [index as number, name] as const);
  const names = new Array<string | undefined>(entries.length).fill(undefined);
  for (const [index, name] of byIndex) if (index in names) names[index] = name;
  return names;
}

/** A name, also as the last of [WordNet id, name]. */
function nameOf(value: unknown): string | undefined {
  const name: unknown = Array.isArray(value) ? value.at(-1) : value;
  return typeof name === "string" ? name : undefined;
}

function namesOnLines(text: string): string[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trim());
  // Teachable Machine writes “0 cat”, Caffe's synset_words.txt “n02123045 tabby, tabby cat”.
  if (lines.every((line, i) => line.startsWith(`${i} `)))
    return lines.map((line) => line.slice(line.indexOf(" ") + 1));
  return lines.map((line) => line.replace(/^n\d{8}\s+/, ""));
}
