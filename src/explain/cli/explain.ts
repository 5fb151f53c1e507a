import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type {
  ClassChoice,
  ExplainEvent,
  ExplainRequest,
  Inspection,
  SaveEvent,
  Service,
} from "../api";
import { SightlineError } from "../error";
import { ManifestBuilder } from "../manifest";
import { nodePlatform, sightlineVersion } from "../node";
import { colourMaps } from "../picture/colourMap";
import { isImageName } from "../picture/imageName";
import { createService } from "../service";
import { absolute, parse, required, type Command } from "./command";
import { Progress } from "./progress";
import { Table } from "./table";

/** As the panel's default. */
const overlayOpacity = 0.55;

export const explain: Command = {
  name: "explain",
  title: "Shows which part of each image made the model say what it said.",
  synopsis: "sightline explain --model M (IMAGE… | --tensor X.npy) [options]",
  options: [
    ["--model M", "the model file"],
    ["--profile P", "a profile instead of <model>.sightline.json"],
    ["--tensor X.npy", "a float32 array of exactly the model's input shape, instead of images"],
    ["--method ID,ID…", "gradCam (default), cam"],
    ["--layer NAME|auto", "where class activation maps read; sightline inspect lists the layers"],
    ["--class INDEX|LABEL|topN", "which classes, separated by commas; top1 by default"],
    ["--score logit|probability", "what is explained; logit by default"],
    ["--output NAME", "the classification output, when the model has several"],
    ["--runtime ID", "onnxruntime or reference; the best one by default"],
    ["--threads N", "threads per run; all physical cores by default"],
    ["--out DIR", "write .npy, .png and manifest.json"],
    ["--json", "print the manifest and nothing else"],
  ],
  async run(args, signal) {
    const options = readOptions(args);
    const service = createService(nodePlatform({ threads: options.threads }));
    try {
      const request = await makeRequest(service, options, signal);
      return await report(service, request, options, signal);
    } finally {
      await service.dispose();
    }
  },
};

interface Options {
  readonly model: string;
  readonly profile?: string;
  readonly tensor?: string;
  readonly images: readonly string[];
  readonly methods: readonly string[];
  readonly layer: string;
  readonly class: string;
  readonly score: "logit" | "probability";
  readonly output?: string;
  readonly runtime?: string;
  readonly threads?: number;
  readonly out?: string;
  readonly json: boolean;
}

function readOptions(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const { values, positionals } = parse({
    args: [...args],
    allowPositionals: true,
    options: {
      model: text,
      profile: text,
      tensor: text,
      method: { ...text, default: "gradCam" },
      layer: { ...text, default: "auto" },
      class: { ...text, default: "top1" },
      score: { ...text, default: "logit" },
      output: text,
      runtime: text,
      threads: text,
      out: text,
      json: { type: "boolean", default: false },
    },
  });
  const threads = values.threads === undefined ? undefined : Number(values.threads);
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new SightlineError(
      "usage",
      `--threads takes a whole number from 1, not “${values.threads}”.`,
    );
  }
  if (values.score !== "logit" && values.score !== "probability") {
    throw new SightlineError("usage", `--score takes logit or probability, not “${values.score}”.`);
  }
  if (positionals.length > 0 === (values.tensor !== undefined)) {
    throw new SightlineError(
      "usage",
      "Give images or --tensor X.npy, one of the two; see sightline explain --help.",
    );
  }
  return {
    model: absolute(required(values.model, "--model")),
    profile: absolute(values.profile),
    tensor: absolute(values.tensor),
    images: positionals.map((path) => absolute(path)),
    methods: values.method.split(","),
    layer: values.layer,
    class: values.class,
    score: values.score,
    output: values.output,
    runtime: values.runtime,
    threads,
    out: absolute(values.out),
    json: values.json,
  };
}

async function makeRequest(
  service: Service,
  options: Options,
  signal: AbortSignal,
): Promise<ExplainRequest> {
  const images = (await Promise.all(options.images.map(imagesAt))).flat();
  const { model, profile, output, tensor, methods, layer, score, runtime } = options;
  const request = { model, profile, output, trialImages: images };
  const classes =
    topOf(options.class) ?? classIndices(options.class, await service.inspect(request, signal));
  return { ...request, images, tensor, methods, layer, classes, score, runtime };
}

/** The images of a folder in order of name, or the path itself. */
async function imagesAt(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [path];
  const names = (await readdir(path)).filter(isImageName).sort();
  if (names.length === 0)
    throw new SightlineError(
      "input",
      `${path}: the folder has no images; name another folder or image files.`,
    );
  return names.map((name) => join(path, name));
}

function topOf(choice: string): ClassChoice | undefined {
  const match = /^top([1-9]\d*)$/.exec(choice);
  return match ? { top: Number(match[1]) } : undefined;
}

function classIndices(choice: string, { model, classes }: Inspection): ClassChoice {
  const indices = choice.split(",").map((item) => {
    const wanted = item.trim();
    if (/^\d+$/.test(wanted)) return Number(wanted);
    const found = classes.filter(({ label }) => label.toLowerCase() === wanted.toLowerCase());
    if (found.length === 1) return found[0]!.index;
    const problem =
      found.length === 0 ? "no class is called" : `${found.length} classes are called`;
    const remedy = "give its index (sightline inspect --json lists the classes) or topN";
    throw new SightlineError("usage", `${model}: ${problem} “${wanted}”; ${remedy}.`, {
      class: wanted,
    });
  });
  return { indices };
}

async function report(
  service: Service,
  request: ExplainRequest,
  { out, json }: Options,
  signal: AbortSignal,
): Promise<number> {
  const progress = new Progress();
  const table = new Table();
  let manifest: ManifestBuilder | undefined;
  let failures = 0;
  for await (const event of eventsOf(service, request, out, signal)) {
    progress.clear();
    if (event.kind === "progress") progress.update(event.fraction, event.text);
    else if (event.kind === "model")
      manifest = new ManifestBuilder(request, event.inspection, sightlineVersion);
    else if (event.kind === "explanation") {
      manifest?.explained(event.explanation, event.written);
      if (!json) table.add(event.explanation, (line) => process.stdout.write(line));
    } else if (event.kind === "failed") {
      failures++;
      manifest?.failed(event.image, event.error);
      process.stderr.write(`${event.error.message}\n`);
    } else if (!json) process.stdout.write(`${event.files.length} files written to ${out}\n`);
  }
  if (json && manifest)
    process.stdout.write(`${JSON.stringify(manifest.finish(), undefined, 2)}\n`);
  return failures > 0 ? 1 : 0;
}

function eventsOf(
  service: Service,
  request: ExplainRequest,
  out: string | undefined,
  signal: AbortSignal,
): AsyncIterable<SaveEvent | ExplainEvent> {
  if (out === undefined) return service.explain(request, signal);
  return service.save(
    {
      explain: request,
      folder: out,
      overlay: { colourMap: colourMaps[0]!.id, opacity: overlayOpacity },
    },
    signal,
  );
}
