import type { ModelRequest } from "./api";
import { detectFormat } from "./format/index";
import { concretize } from "./graph/concretize";
import { toFloat32 } from "./graph/float32";
import type { Graph } from "./graph/graph";
import { findAnatomy, findImageInput } from "./model/anatomy";
import type { Finding } from "./model/finding";
import type { ImageInput, OpenedModel } from "./model/model";
import type { Profile } from "./model/profile";
import { readBeside } from "./model/profileBeside";
import { readProfile, readSidecar } from "./model/profileFile";
import type { Platform } from "./platform";
import { choose } from "./runtime/index";
import type { Programs } from "./runtime/programs";
import type { RuntimeChoice } from "./runtime/runtime";
import { Session } from "./session";

/** A model as it stands in its files, before anything was tried on images. */
export interface OpenModel {
  readonly opened: OpenedModel;
  readonly input: ImageInput;
  readonly choice: RuntimeChoice;
  readonly sidecar?: Finding;
  readonly beside: readonly Finding[];
  /** The session that takes images of this size. */
  session(size: Profile["size"]): Session;
}

/**
 * Reads a model and what lies beside it, and chooses the runtime.
 *
 * @param identity changes whenever the files do.
 */
export async function openModel(
  { files, settings, runtimes, now }: Platform,
  programs: Programs,
  request: ModelRequest,
  identity: string,
  wantedRuntime?: string,
): Promise<OpenModel> {
  const { model: file } = request;
  const format = await detectFormat(file, files);
  const opened = await format.open(file, files);
  const choice = await choose(runtimes, wantedRuntime);
  const found =
    request.profile === undefined
      ? await readSidecar(file, files)
      : await readProfile(request.profile, files);
  const output = request.output ?? found?.fields.output;
  // The output that was asked for is the one that counts, also in the profile that is reported.
  const sidecar = found && { ...found, fields: { ...found.fields, output } };
  const graph = toFloat32(opened.graph);
  const input = findImageInput(graph, file);
  const sessions = new Map<string, Session>();
  const session = (size: Profile["size"]): Session => {
    const key = `${size.width}×${size.height}`;
    const known = sessions.get(key);
    if (known) return known;
    const sized = withSize(graph, input, size);
    const anatomy = findAnatomy(sized, input, file, output);
    const model = { file, identity: `${identity}|${key}|${output ?? ""}`, graph: sized, anatomy };
    const made = new Session(model, choice.runtime, { threads: settings.threads }, programs, now);
    sessions.set(key, made);
    return made;
  };
  return { opened, input, choice, sidecar, beside: await readBeside(file, files), session };
}

function withSize(
  graph: Graph,
  { name, layout, channels }: ImageInput,
  { width, height }: Profile["size"],
): Graph {
  const dims = layout === "NCHW" ? ["N", channels, height, width] : ["N", height, width, channels];
  return concretize(graph, name, dims).graph;
}
