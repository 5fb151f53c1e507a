import { methods } from "../method/index";
import { nearestWord } from "../nearest";
import type { ScoreKind } from "../api";
import { absolute, parse, usageError } from "./command";

/** What `sightline explain` was asked for; paths are absolute. */
export interface ExplainOptions {
  readonly model: string;
  readonly profile?: string;
  readonly tensor?: string;
  /** Images and folders of images. */
  readonly paths: readonly string[];
  readonly methods: readonly string[];
  readonly layer: string;
  readonly classes: readonly string[];
  readonly score: ScoreKind;
  readonly output?: string;
  readonly runtime?: string;
  readonly threads?: number;
  readonly out?: string;
  readonly json: boolean;
}

const methodIds = methods.map(({ id }) => id);
const scores: readonly ScoreKind[] = ["logit", "probability"];

export const explainOptions = {
  model: { value: "M", meaning: "the model file" },
  out: { value: "DIR", meaning: "write .npy, .png and manifest.json there" },
  method: { value: "ID,ID…", meaning: `${methodIds.join(", ")}; ${methodIds[0]} by default` },
  class: {
    value: "INDEX|LABEL|topN",
    meaning: "which classes, separated by commas; top1, the prediction, by default",
  },
  layer: {
    value: "NAME|auto",
    meaning: "where class activation maps read; sightline inspect lists the layers",
  },
  score: {
    value: "logit|probability",
    meaning: "what is explained: the score before or after the softmax; logit by default",
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

/** Reads the command line. Throws `SightlineError("usage")` in one sentence. */
export function readExplainOptions(args: readonly string[]): ExplainOptions {
  const given = parse({ name: "explain", options: explainOptions }, args);
  const model = given.required("model");
  const tensor = given.value("tensor");
  if (given.positionals.length === 0 && tensor === undefined)
    throw usageError("No image is named; give image files, a folder of images, or --tensor X.npy.");
  if (given.positionals.length > 0 && tensor !== undefined)
    throw usageError("Both images and --tensor are given; give one of the two.");
  return {
    model: absolute(model),
    profile: absolute(given.value("profile")),
    tensor: absolute(tensor),
    paths: given.positionals.map((path) => absolute(path)),
    methods: readMethods(given.values("method")),
    layer: given.value("layer") ?? "auto",
    classes: readClasses(given.values("class")),
    score: readScore(given.value("score")),
    output: given.value("output"),
    runtime: given.value("runtime"),
    threads: readThreads(given.value("threads")),
    out: absolute(given.value("out")),
    json: given.has("json"),
  };
}

function readMethods(given: readonly string[]): string[] {
  const ids = given.flatMap((list) => list.split(",")).map((id) => id.trim());
  for (const id of ids) {
    if (methodIds.includes(id)) continue;
    const near = nearestWord(id, methodIds);
    const remedy = near ? `did you mean “${near}”?` : `the methods are ${methodIds.join(", ")}.`;
    throw usageError(`There is no method “${id}”; ${remedy}`);
  }
  return ids.length > 0 ? [...new Set(ids)] : [methodIds[0]!];
}

function readClasses(given: readonly string[]): readonly string[] {
  if (given.flatMap((list) => list.split(",")).every((word) => word.trim() !== "")) return given;
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
