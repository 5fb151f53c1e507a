import schema from "../../../media/schema/profile.schema.json";
import type { Files } from "../file/file";
import type { Finding } from "./finding";
import { readLabels } from "./labels/labelFile";
import { nearestWord } from "../nearest";
import type { Profile, ProfileField, SourcedProfile } from "./profile";
import { parseJson, profileError } from "./profileError";
import { alternatives, expected, fits, isRecord, type Schema } from "./schema";
import { readSettingText } from "./settingText";

/** A profile as it stands in a file: `media/schema/profile.schema.json`, which is what it is checked against. */
type ProfileDocument = Omit<Partial<Profile>, "size" | "labels"> & {
  readonly size?: number | Profile["size"];
  readonly labels?: readonly string[] | string;
};

const properties = schema.properties as Readonly<Record<string, Schema>>;
const keys = Object.keys(properties).filter((key) => key !== "$schema");
const extension = ".sightline.json";

/** Where a model's profile may lie: `net.onnx.sightline.json` before `net.sightline.json`. */
export function sidecarPaths(
  model: string,
  files: Pick<Files, "join" | "folderOf" | "nameOf">,
): string[] {
  const name = files.nameOf(model);
  const names = [...new Set([name, stem(name)])];
  return names.map((each) => files.join(files.folderOf(model), each + extension));
}

const stem = (name: string): string => name.replace(/(?<=.)\.[^.]*$/, "");

/** The profile beside a model; `undefined` when there is none. Throws `SightlineError("profile")`. */
export async function readSidecar(model: string, files: Files): Promise<Finding | undefined> {
  for (const path of sidecarPaths(model, files)) {
    if (await files.stat(path)) return readProfile(path, files);
  }
  return undefined;
}

/** Reads a profile and the labels file that it names. Throws `SightlineError("profile")` in one sentence. */
export async function readProfile(path: string, files: Files): Promise<Finding> {
  if (!(await files.stat(path)))
    throw profileError(path, "there is no such profile", "correct the path");
  const document = checkDocument(parseJson(await readSettingText(path, files), path), path);
  const { size, labels, ...fields } = document;
  const labelsFile = typeof labels === "string" ? resolvePath(labels, path, files) : path;
  return {
    source: { from: "sidecar", detail: files.nameOf(path) },
    file: path,
    labelsFile,
    fields: {
      ...fields,
      ...(size !== undefined && {
        size: typeof size === "number" ? { width: size, height: size } : size,
      }),
      ...(labels !== undefined && {
        labels: typeof labels === "string" ? await readLabels(labelsFile, files) : labels,
      }),
    },
  };
}

const isAbsolute = (path: string): boolean => /^([/\\]|[A-Za-z]:[/\\])/.test(path);

const resolvePath = (path: string, from: string, files: Files): string =>
  isAbsolute(path) ? path : files.join(files.folderOf(from), path);

function checkDocument(value: unknown, path: string): ProfileDocument {
  if (!isRecord(value))
    throw profileError(path, "is not a JSON object", `write { … } with keys such as ${examples}`);
  for (const [key, entry] of Object.entries(value)) {
    if (!Object.hasOwn(properties, key)) {
      const near = nearestWord(key, keys);
      throw profileError(
        path,
        `“${key}” is not a known key`,
        near ? `did you mean “${near}”? Known are ${known}` : `known are ${known}`,
      );
    }
    if (!fits(entry, properties[key]!)) {
      throw profileError(
        path,
        `“${key}” is ${shorten(JSON.stringify(entry))}`,
        `it must be ${expected(properties[key]!)}`,
      );
    }
  }
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== "$schema"));
}

const quoted = keys.map((key) => `“${key}”`);
const known = quoted.join(", ");
const examples = alternatives(quoted.slice(0, 3));

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);

/**
 * Writes a profile that says all that was found and guessed, so that it can be corrected by hand; returns its path. Throws
 * `SightlineError("profile")` when the model has one.
 */
export async function writeProfile(
  model: string,
  { profile }: SourcedProfile,
  files: Files,
): Promise<string> {
  for (const path of sidecarPaths(model, files)) {
    if (await files.stat(path))
      throw profileError(path, "exists already", "edit it, or remove it to have it written anew");
  }
  const path = sidecarPaths(model, files).at(-1)!;
  await files.write(path, `${printProfile(profile)}\n`);
  return path;
}

/**
 * JSON in the schema's order, a list on one line unless it is long. Without `$schema`: the editor knows the schema by the file's name,
 * and an address would make it ask the network.
 */
function printProfile(profile: Profile): string {
  const lines = (keys as ProfileField[])
    .filter((key) => profile[key] !== undefined)
    .map((key) => `  ${JSON.stringify(key)}: ${printValue(profile[key])}`);
  return `{\n${lines.join(",\n")}\n}`;
}

function printValue(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => JSON.stringify(item));
    return items.length > 8 ? `[\n    ${items.join(",\n    ")}\n  ]` : `[${items.join(", ")}]`;
  }
  if (!isRecord(value)) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${JSON.stringify(item)}`)
    .join(", ")} }`;
}
