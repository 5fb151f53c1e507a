import type { ModelRequest } from "../api";
import { FormatError, GraphError } from "../error";
import type { Files } from "../file/file";
import { record } from "../file/recording";
import type { Format } from "../format/format";
import { detectFormat } from "../format/index";
import { batchName, concretize } from "../graph/concretize";
import { dimOfOne, printDims } from "../graph/dim";
import { dequantize } from "../graph/dequantize";
import { feedFloats } from "../graph/feedFloats";
import { toFloat32 } from "../graph/float32";
import type { Graph } from "../graph/graph";
import { neededInputs } from "../graph/prune";
import { findAnatomy, findImageInput } from "../model/anatomy";
import type { Finding } from "../profile/finding";
import { inputDims } from "../model/inputDims";
import type { ClassScore, ImageInput, OpenedModel } from "../model/model";
import type { Profile } from "../profile/profile";
import { readBeside } from "../profile/profileBeside";
import { readProfile, readSidecar } from "../profile/profileFile";
import type { Platform } from "../platform";
import { choose } from "../runtime/index";
import type { Programs } from "../runtime/programs";
import type { RuntimeChoice } from "../runtime/runtime";
import { Session, type SessionModel } from "../session";
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
  checkReached(opened.graph, input, file);
  const graph = toFloat32(dequantize(feedFloats(opened.graph, input), opened.names));
  const identity = recording.stamp([file, ...opened.companions]);
  const sessions = new Map<string, Session>();
  const session = (size: Profile["size"]): Session => {
    const key = `${size.width}×${size.height}`;
    const known = sessions.get(key);
    if (known) return known;
    const sized = fitting(input, file, () => withSize(graph, input, size, file, log));
    const anatomy = fitting(input, file, () =>
      findAnatomy(sized.graph, input, file, output, opened.names),
    );
    checkRows(sized.graph, anatomy.score, file);
    const model = { file, identity: `${identity}|${key}|${output ?? ""}`, ...sized, anatomy };
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
): Pick<SessionModel, "graph" | "fixedBatch"> {
  checkSize(size, file);
  const sized = concretize(graph, input.name, inputDims(input, size, batchName));
  const { batch } = input;
  if (!sized.anyBatch && batch !== 1) {
    const problem = `the batch size is fixed at ${batch}, and another contradicts the graph (${sized.reason?.replace(/\.$/, "")})`;
    throw new FormatError(file, problem, "export it with a dynamic batch, or with a batch of 1");
  }
  if (sized.reason) log(`${file}: the batch stays at ${batch}: ${sized.reason}`);
  if (sized.changed.length > 0) log(`${file}: the batch was opened at ${sized.changed.join(", ")}`);
  const { fixed } = sized;
  const fixedBatch = fixed && batch !== undefined ? { graph: fixed, images: batch } : undefined;
  return { graph: sized.graph, fixedBatch };
}

/** A graph that contradicts itself at one size of the image is told with what to do. */
function fitting<T>({ width, height }: ImageInput, file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause;
    const isFixed = width !== undefined && height !== undefined;
    const remedy = isFixed
      ? "export the model again for inference and check it with onnx.checker"
      : "set the “size” that the model was made for in its profile, or export it with a fixed input size";
    throw new FormatError(file, cause.message.replace(/\.$/, ""), remedy, { cause });
  }
}

function checkReached(graph: Graph, { name }: ImageInput, file: string): void {
  if (neededInputs(graph).some((input) => input.name === name)) return;
  const problem = `none of its outputs depends on the image “${name}”`;
  throw new FormatError(file, problem, "export the classification head");
}

/** One image gives one row of scores. */
function checkRows({ types }: Graph, { output, logit }: ClassScore, file: string): void {
  const { dims } = types.get(logit)!;
  if (dims.length < 2 || dimOfOne(dims[0]!) === 1) return;
  const problem = `its output “${output}” has ${printDims(dims)} scores for one image`;
  throw new FormatError(file, problem, "export a classifier that gives one row for each image");
}

/** As many pixels are fed at most: 4096×4096, of which numbers alone take 200 MB. */
const mostPixels = 2 ** 24;

function checkSize({ width, height }: Profile["size"], file: string): void {
  if (width * height <= mostPixels) return;
  const most = mostPixels.toLocaleString("en");
  throw new FormatError(
    file,
    `its input is ${width}×${height} pixels large, and more than ${most} pixels cannot be fed`,
    "export it with a smaller or a dynamic input size, or set a smaller “size” in the profile",
  );
}
