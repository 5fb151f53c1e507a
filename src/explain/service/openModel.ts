import type { ModelRequest } from "../api";
import { FormatError } from "../error";
import type { Files } from "../file/file";
import { record } from "../file/recording";
import type { Format } from "../format/format";
import { detectFormat } from "../format/index";
import { batchName, concretize } from "../graph/concretize";
import { dequantize } from "../graph/dequantize";
import { feedFloats } from "../graph/feedFloats";
import { toFloat32 } from "../graph/float32";
import type { Graph } from "../graph/graph";
import { findAnatomy, findImageInput } from "../model/anatomy";
import type { Finding } from "../model/finding";
import { inputDims } from "../model/inputDims";
import type { ImageInput, OpenedModel } from "../model/model";
import type { Profile } from "../model/profile";
import { readBeside } from "../model/profileBeside";
import { readProfile, readSidecar } from "../model/profileFile";
import type { Platform } from "../platform";
import { choose } from "../runtime/index";
import type { Programs } from "../runtime/programs";
import type { RuntimeChoice } from "../runtime/runtime";
import { Session } from "../session";
import { numbersOf } from "./numbers";

/** A model as it stands in its files, before anything was tried on images. */
export interface OpenModel {
  readonly opened: OpenedModel;
  readonly input: ImageInput;
  readonly choice: RuntimeChoice;
  readonly sidecar?: Finding;
  readonly beside: readonly Finding[];
  /** Changes whenever the model's own files do: programs of different identities are never mixed. */
  readonly identity: string;
  /** Whether the model, its profile or what lies beside it is different now. */
  changed(): Promise<boolean>;
  /** The session that takes images of this size. */
  session(size: Profile["size"]): Session;
}

/** Reads a model and what lies beside it, and chooses the runtime. Throws `SightlineError` for what is no classifier of images. */
export async function openModel(
  { files: disk, settings, runtimes, now, log }: Platform,
  programs: Programs,
  request: ModelRequest,
  wantedRuntime?: string,
): Promise<OpenModel> {
  const { model: file } = request;
  const recording = record(disk);
  const { files } = recording;
  const format = await detectFormat(file, files);
  const opened = await read(format, file, files);
  const choice = await choose(runtimes, wantedRuntime);
  const found =
    request.profile === undefined
      ? await readSidecar(file, files)
      : await readProfile(request.profile, files);
  const output = request.output ?? found?.fields.output;
  // The output that was asked for is the one that counts, also in the profile that is reported.
  const sidecar = found && { ...found, fields: { ...found.fields, output } };
  const beside = await readBeside(file, files);
  const input = findImageInput(opened.graph, file);
  const graph = toFloat32(dequantize(feedFloats(opened.graph, input), opened.names));
  const identity = recording.stamp([file, ...opened.companions]);
  const sessions = new Map<string, Session>();
  const session = (size: Profile["size"]): Session => {
    const key = `${size.width}×${size.height}`;
    const known = sessions.get(key);
    if (known) return known;
    const sized = withSize(graph, input, size, file, log);
    const anatomy = findAnatomy(sized, input, file, output, opened.names);
    const model = { file, identity: `${identity}|${key}|${output ?? ""}`, graph: sized, anatomy };
    const made = new Session(model, choice.runtime, { threads: settings.threads }, programs, now);
    sessions.set(key, made);
    return made;
  };
  const { changed } = recording;
  return { opened, input, choice, sidecar, beside, identity, changed, session };
}

/** Reads a model; among its facts stands in which numbers it is computed, where those are not the file's own. */
async function read(format: Format, file: string, files: Files): Promise<OpenedModel> {
  const opened = await format.open(file, files);
  const numbers = numbersOf(opened.graph);
  return numbers === undefined ? opened : { ...opened, facts: { ...opened.facts, numbers } };
}

/** A graph with a concrete image size and, where it can be had, an open batch. */
function withSize(
  graph: Graph,
  input: ImageInput,
  size: Profile["size"],
  file: string,
  log: Platform["log"],
): Graph {
  const sized = concretize(graph, input.name, inputDims(input, size, batchName));
  const { batch } = input;
  if (!sized.anyBatch && batch !== 1) {
    const problem = `the batch size is fixed at ${batch}, and another contradicts the graph (${sized.reason})`;
    throw new FormatError(file, problem, "export it with a dynamic batch, or with a batch of 1");
  }
  if (sized.reason) log(`${file}: the batch stays at ${batch}: ${sized.reason}`);
  if (sized.changed.length > 0) log(`${file}: the batch was opened at ${sized.changed.join(", ")}`);
  return sized.graph;
}
