import type { Inspection } from "../api";
import type { Files } from "../file/file";
import { methods } from "../method/index";
import type { Method } from "../method/method";
import type { Anatomy } from "../model/model";
import { trunkOf } from "../model/trunk";
import type { SourcedProfile } from "../profile/profile";
import { visibleClasses } from "../model/target";
import type { OpenModel } from "./openModel";

/** Everything that is known of a model, as plain data. */
export async function inspectModel(
  { opened, choice, session }: OpenModel,
  { profile, sources }: SourcedProfile,
  files: Files,
): Promise<Inspection> {
  const { graph, file, format, facts } = opened;
  const { anatomy, graph: sized } = session(profile.size).model;
  const { input, score, layers, layerReason, camHead } = anatomy;
  const trunk = trunkOf(sized, input.name, score.logit);
  const { runtime, reason } = choice;
  const status = await runtime.describe();
  const description = status.available ? status.description : status.reason;
  const bytesOf = async (path: string) => (await files.stat(path))?.size ?? 0;
  const companion = async (path: string) => ({
    path,
    hash: await files.hash(path),
    bytes: await bytesOf(path),
  });
  const value = (name: string) => {
    const { type, dims } = graph.types.get(name)!;
    return { name, type, dims };
  };
  return {
    version: 1,
    model: file,
    hash: await files.hash(file),
    bytes: await bytesOf(file),
    companions: await Promise.all(opened.companions.map(companion)),
    format,
    facts,
    inputs: graph.inputs.map(({ name }) => value(name)),
    outputs: graph.outputs.map(value),
    input,
    score,
    profile,
    profileSources: sources,
    classes: Array.from({ length: visibleClasses(score, profile) }, (_, index) => ({
      index,
      label: profile.labels[index] ?? "",
    })),
    layers: layers.map((layer) => ({ ...layer, trunk: trunk.has(layer.name) })),
    layerReason,
    camHead,
    scores: ["logit", "probability"],
    methods: methods.map((method) => describeMethod(method, anatomy)),
    runtime: { id: runtime.id, description, reason },
  };
}

function describeMethod(method: Method, anatomy: Anatomy): Inspection["methods"][number] {
  const { id, title, paper, formula, readsAt } = method;
  const layer = anatomy.layers.find((candidate) => candidate.default);
  const refused =
    readsAt === "layer" && !layer
      ? anatomy.layerReason
      : method.refuses(anatomy, layer?.name ?? "");
  return { id, title, paper, formula, readsAt, ...(refused === undefined ? {} : { refused }) };
}
