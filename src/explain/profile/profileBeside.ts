import type { Files } from "../file/file";
import { huggingFaceConfig, preprocessorConfig } from "./beside/huggingFace";
import { named, type Said } from "./beside/said";
import { teachableMachine } from "./beside/teachableMachine";
import { timmConfig } from "./beside/timm";
import type { Finding } from "./finding";
import { namesIn, readLabels } from "./labels/labelFile";
import { parseJson } from "./profileError";
import { isRecord } from "./schema";
import { readSettingText } from "./settingText";

/** Files that other tools leave beside a model, in order of precedence. */
const readers: readonly {
  readonly name: string;
  readonly read: (json: Record<string, unknown>) => Said;
}[] = [
  { name: "preprocessor_config.json", read: preprocessorConfig },
  { name: "config.json", read: timmConfig },
  { name: "config.json", read: huggingFaceConfig },
  { name: "class_indices.json", read: (json) => named(namesIn(json)) },
  { name: "metadata.json", read: teachableMachine },
];

const labelFiles = [
  "labels.txt",
  "classes.txt",
  "labels.json",
  "classes.json",
  "imagenet_class_index.json",
];

/**
 * What lies beside a model, the most telling first: `<model>.labels.txt`, the configuration of Hugging Face, timm, Keras and Teachable
 * Machine, then labels files. Throws `SightlineError("profile")` when one of them cannot be read.
 */
export async function readBeside(model: string, files: Files): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const folder of foldersOf(model, files)) {
    const present = new Set(await files.list(folder));
    const labels = async (name: string) => {
      if (present.has(name)) findings.push(await labelsFinding(files.join(folder, name), files));
    };
    for (const name of ownLabelFiles(model, files)) await labels(name);
    for (const { name, read } of readers) {
      if (present.has(name))
        findings.push(...(await configFinding(files.join(folder, name), read, files)));
    }
    for (const name of labelFiles) await labels(name);
  }
  return findings;
}

/** The model's folder; also the one above when it is called `onnx`, as Hugging Face lays repositories out. */
function foldersOf(model: string, files: Files): string[] {
  const folder = files.folderOf(model);
  return files.nameOf(folder) === "onnx" ? [folder, files.folderOf(folder)] : [folder];
}

function ownLabelFiles(model: string, files: Files): string[] {
  const name = files.nameOf(model);
  return [...new Set([name, name.replace(/(?<=.)\.[^.]*$/, "")])].map(
    (each) => `${each}.labels.txt`,
  );
}

async function labelsFinding(path: string, files: Files): Promise<Finding> {
  const source = { from: "file", detail: files.nameOf(path) } as const;
  return { fields: { labels: await readLabels(path, files) }, source, file: path };
}

async function configFinding(
  path: string,
  read: (json: Record<string, unknown>) => Said,
  files: Files,
): Promise<Finding[]> {
  const json = parseJson(await readSettingText(path, files), path);
  if (!isRecord(json)) return [];
  const { fields, note } = read(json);
  if (Object.keys(fields).length === 0) return [];
  const detail = files.nameOf(path) + (note ? ` (${note})` : "");
  return [{ fields, source: { from: "file", detail }, file: path }];
}
