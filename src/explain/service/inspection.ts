import type { Inspection, MethodInfo } from "../api";
import type { Files } from "../file/file";
import { judgementInfos } from "../judge/index";
import { methods } from "../method/index";
import type { Method, Subject } from "../method/method";
import { complete } from "../method/parameter";
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
    scores: ["logit", "probability", "logProbability"],
    methods: describeMethods(session(profile.size).model),
    judgements: judgementInfos,
    runtime: { id: runtime.id, description, reason },
  };
}

/** What is known of the methods for a model: some walk its whole graph for that, and every request begins with an inspection. */
const described = new WeakMap<Subject, readonly MethodInfo[]>();

function describeMethods(subject: Subject): readonly MethodInfo[] {
  const infos = described.get(subject) ?? methods.map((method) => describeMethod(method, subject));
  described.set(subject, infos);
  return infos;
}

function describeMethod(method: Method, { graph, anatomy }: Subject): MethodInfo {
  const { id, title, paper, formula, family, readsAt, parameters, caution } = method;
  const layer = anatomy.layers.find((candidate) => candidate.default);
  const place = readsAt === "input" ? "" : (layer?.name ?? "");
  const subject = { graph, anatomy };
  const values = complete(method);
  const refused =
    readsAt !== "input" && !layer ? anatomy.layerReason : method.refuses(subject, place, values);
  const remark = refused === undefined ? method.remark?.(subject, place, values) : undefined;
  return {
    ...{ id, title, paper, formula, family, readsAt, parameters },
    progressive: method.run !== undefined,
    ...(caution === undefined ? {} : { caution }),
    ...(remark === undefined ? {} : { remark }),
    ...(refused === undefined ? {} : { refused }),
  };
}
