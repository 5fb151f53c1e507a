import { judges } from "../judge/index";
import { methods } from "../method/index";
import { nearestWord } from "../nearest";
import type { ScoreKind } from "../api";
import type { ParameterValue } from "../method/parameter";
import { absolute, parse, usageError } from "./command";
import { ownParameterOptions, parameterOptions, readParameters } from "./parameterOptions";

/** What `sightline explain` was asked for; paths are absolute. */
export interface ExplainOptions {
  readonly model: string;
  readonly profile?: string;
  readonly tensor?: string;
  /** Images and folders of images. */
  readonly paths: readonly string[];
  readonly methods: readonly string[];
  /** Method id → parameter → value. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, ParameterValue>>>>;
  /** The first is the layer, the others are joined with it. */
  readonly layers: readonly [layer: string, ...fused: string[]];
  readonly augmented: boolean;
  readonly classes: readonly string[];
  readonly score: ScoreKind;
  readonly negated: boolean;
  /** A class by index or label, or how many of the nearest classes. */
  readonly versus?: string | { readonly nearest: number; readonly alpha: number };
  /** The tests that every map is put to. */
  readonly judgements: readonly string[];
  readonly output?: string;
  readonly runtime?: string;
  readonly threads?: number;
  readonly out?: string;
  readonly json: boolean;
}

const methodIds = methods.map(({ id }) => id);
const judgeIds = judges.map(({ id }) => id);
const scores: readonly ScoreKind[] = ["logit", "probability", "logProbability"];

export const explainOptions = {
  model: { value: "M", meaning: "the model file" },
  out: { value: "DIR", meaning: "write .npy, .png and manifest.json there" },
  method: { value: "ID,ID…", meaning: `${methodIds.join(", ")}; ${methodIds[0]} by default` },
  class: {
    value: "INDEX|LABEL|topN",
    meaning:
      "which classes, separated by commas; A+B explains a set together; top1, the prediction, by default",
  },
  layer: {
    value: "NAME|auto",
    meaning:
      "where class activation maps read; given several times, their maps are joined; sightline inspect lists the layers",
  },
  augmented: {
    meaning: "the mean over the image and its mirror image, each also darker and brighter",
  },
  score: {
    value: scores.join("|"),
    meaning: "what is explained: the score before or after the softmax; logit by default",
  },
  versus: {
    value: "INDEX|LABEL|nearestN",
    meaning: "rather than that class, or than the N classes with the nearest scores (Finer-CAM)",
  },
  alpha: {
    value: "X",
    meaning: "with --versus nearestN: how much of the others is taken away; 1 by default",
  },
  negate: { meaning: "what speaks against the class (counterfactual)" },
  judge: {
    value: "ID,ID…|all",
    meaning: `how far each map is to be trusted: ${judgeIds.join(", ")}`,
  },
  output: { value: "NAME", meaning: "the classification output, when the model has several" },
  profile: { value: "P", meaning: "a profile instead of <model>.sightline.json" },
  tensor: {
    value: "X.npy",
    meaning: "a float32 array of exactly the model's input shape, instead of images",
  },
  runtime: { value: "ID", meaning: "onnxruntime or reference; the best one by default" },
  threads: { value: "N", meaning: "threads per run; all physical cores by default" },
  json: { meaning: "print the manifest and nothing else" },
} as const;

/** What `--help` lists. */
export const allOptions = { ...explainOptions, ...parameterOptions };

/** Reads the command line. Throws `SightlineError("usage")` in one sentence. */
export function readExplainOptions(args: readonly string[]): ExplainOptions {
  const options = { ...allOptions, ...ownParameterOptions };
  const given = parse<typeof options>({ name: "explain", options }, args);
  const model = given.required("model");
  const tensor = given.value("tensor");
  if (given.positionals.length === 0 && tensor === undefined)
    throw usageError("No image is named; give image files, a folder of images, or --tensor X.npy.");
  if (given.positionals.length > 0 && tensor !== undefined)
    throw usageError("Both images and --tensor are given; give one of the two.");
  const methods = readMethods(given.values("method"));
  return {
    model: absolute(model),
    profile: absolute(given.value("profile")),
    tensor: absolute(tensor),
    paths: given.positionals.map((path) => absolute(path)),
    methods,
    parameters: readParameters(given, methods),
    layers: readLayers(given.values("layer")),
    augmented: given.has("augmented"),
    classes: readClasses(given.values("class")),
    score: readScore(given.value("score")),
    negated: given.has("negate"),
    versus: readVersus(given.value("versus"), given.value("alpha")),
    judgements: readJudgements(given.values("judge")),
    output: given.value("output"),
    runtime: given.value("runtime"),
    threads: readThreads(given.value("threads")),
    out: absolute(given.value("out")),
    json: given.has("json"),
  };
}

function readMethods(given: readonly string[]): string[] {
  const ids = readIds(given, methodIds, "method");
  return ids.length > 0 ? ids : [methodIds[0]!];
}

function readJudgements(given: readonly string[]): string[] {
  return given.includes("all") ? judgeIds : readIds(given, judgeIds, "test");
}

/** Each id once, in the order given. */
function readIds(given: readonly string[], known: readonly string[], what: string): string[] {
  const ids = given.flatMap((list) => list.split(",")).map((id) => id.trim());
  for (const id of ids) {
    if (known.includes(id)) continue;
    const near = nearestWord(id, known);
    const remedy = near ? `did you mean “${near}”?` : `the ${what}s are ${known.join(", ")}.`;
    throw usageError(`There is no ${what} “${id}”; ${remedy}`);
  }
  return [...new Set(ids)];
}

function readLayers(given: readonly string[]): [layer: string, ...fused: string[]] {
  const [layer = "auto", ...fused] = new Set(given);
  if (given.includes("") || fused.includes("auto"))
    throw usageError("--layer takes the name of a layer, or auto as the first of several.");
  return [layer, ...fused];
}

function readVersus(
  given: string | undefined,
  alpha: string | undefined,
): ExplainOptions["versus"] {
  const nearest = /^nearest(\d+)$/i.exec(given ?? "");
  if (nearest && Number(nearest[1]) === 0)
    throw usageError("--versus nearestN takes a number from 1 on: nearest3 is usual.");
  if (nearest) return { nearest: Number(nearest[1]), alpha: readAlpha(alpha) };
  if (alpha === undefined) return given;
  throw usageError("--alpha belongs to --versus nearestN; give both.");
}

function readAlpha(given: string | undefined): number {
  const alpha = Number(given ?? 1);
  if (given?.trim() !== "" && alpha >= 0 && alpha <= mostAlpha) return alpha;
  throw usageError(`--alpha takes a number from 0 to ${mostAlpha}, not “${given}”.`);
}

const mostAlpha = 10;

function readClasses(given: readonly string[]): readonly string[] {
  const words = given.flatMap((list) => list.split(",")).map((word) => word.trim());
  if (words.some((word) => /^top0+$/i.test(word)))
    throw usageError("--class topN takes a number from 1 on: top1 is the prediction.");
  if (words.every((word) => word !== "")) return given;
  throw usageError("Option --class has an empty item; give indices, labels or topN.");
}

function readScore(given: string | undefined): ScoreKind {
  if (given === undefined) return "logit";
  const score = scores.find((kind) => kind === given);
  if (!score) throw usageError(`--score takes ${scores.join(" or ")}, not “${given}”.`);
  return score;
}

function readThreads(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const threads = Number(given);
  if (/^\d+$/.test(given) && threads > 0 && threads <= mostThreads) return threads;
  throw usageError(`--threads takes a whole number from 1 to ${mostThreads}, not “${given}”.`);
}

const mostThreads = 256;
