import type {
  ErrorReport,
  Explanation,
  ExplainEvent,
  ExplainRequest,
  Inspection,
  Service,
} from "../api";
import { checkCancelled, errorReport, SightlineError, type Cancellation } from "../error";
import { decodeNpy } from "../file/npy";
import { chosenLayer } from "./chosenLayer";
import { methodById } from "../method/index";
import { inputDims } from "../model/inputDims";
import type { Geometry } from "../picture/geometry";
import { preprocess } from "../picture/preprocess";
import { shrink } from "../picture/shrink";
import type { Platform } from "../platform";
import { save, type ExplainedEvent } from "./save";
import type { Answer } from "../session";
import { asked } from "./program";
import type { Question } from "./question";
import { ModelStore, type ReadyModel } from "./store";
import { Stream } from "../stream";
import { sizeOf, type Tensor } from "../tensor";

/** How much of the progress bar finding out the preprocessing takes. */
const trialShare = 0.5;

/** What is fed to a model, and how its result goes back to the picture. */
interface Feed {
  readonly tensor: Tensor;
  readonly geometry: Geometry;
  readonly seen?: Explanation["seen"];
  readonly picture?: Explanation["picture"];
  readonly bitmap?: ExplainedEvent["bitmap"];
}

/** The service on this platform. Models stay open between calls until their files change. */
export function createService(platform: Platform): Service {
  const store = new ModelStore(platform);
  const explain = (request: ExplainRequest, signal?: Cancellation) =>
    explainAll(platform, store, request, signal);
  return {
    inspect: async (request, signal) => (await store.ready(request, { signal })).inspection,
    explain: (request, signal) => withoutBitmaps(explain(request, signal)),
    save: (request, signal) => save(request, explain(request.explain, signal), platform, signal),
    createProfile: (request, signal) => store.createProfile(request, { signal }),
    dispose: () => store.dispose(),
  };
}

async function* withoutBitmaps(events: AsyncIterable<ExplainedEvent>): AsyncIterable<ExplainEvent> {
  for await (const { bitmap: _bitmap, ...event } of events) yield event;
}

async function* explainAll(
  platform: Platform,
  store: ModelStore,
  request: ExplainRequest,
  signal?: Cancellation,
): AsyncIterable<ExplainedEvent> {
  const started = platform.now();
  yield { kind: "progress", fraction: 0, text: "opening the model" };
  const updates = new Stream<ExplainEvent>();
  let done = 0;
  const progress = (fraction: number, text: string) => {
    done = fraction * trialShare;
    updates.push({ kind: "progress", fraction: done, text });
  };
  const ready = store
    .ready(
      { ...request, trialImages: request.trialImages ?? request.images },
      { signal, progress, runtime: request.runtime, inputDims: await fedDims(platform, request) },
    )
    .finally(() => updates.close());
  // Awaited below; without a handler now, a failure while progress is being read would end the process.
  ready.catch(() => undefined);
  yield* updates;
  const model = await ready;
  const question = ask(request, model.inspection);
  model.session.prepare(question);
  yield { kind: "model", inspection: model.inspection };
  const sources = request.tensor === undefined ? request.images : [request.tensor];
  let prepare = platform.now() - started;
  for (const [i, source] of sources.entries()) {
    await platform.pause();
    checkCancelled(signal);
    const fraction = done + (1 - done) * (i / sources.length);
    yield { kind: "progress", fraction, text: platform.files.nameOf(source) };
    try {
      for await (const event of explainOne(platform, model, request, question, source, prepare)) {
        yield event;
        checkCancelled(signal);
      }
      prepare = 0;
    } catch (cause) {
      if (cause instanceof SightlineError && cause.code === "cancelled") throw cause;
      yield { kind: "failed", image: source, error: failureOf(source, request, cause) };
    }
  }
}

/** The shape of `--tensor`'s array; what cannot be read is told when it is fed. */
async function fedDims(
  { files }: Platform,
  { tensor }: ExplainRequest,
): Promise<readonly number[] | undefined> {
  if (tensor === undefined) return undefined;
  try {
    return decodeNpy(await files.read(tensor), tensor).dims;
  } catch {
    return undefined;
  }
}

/** Why one image could not be explained, in a sentence that names a file whatever was thrown. */
function failureOf(source: string, { model }: ExplainRequest, cause: unknown): ErrorReport {
  const report = errorReport(cause);
  const { code, message } = report;
  if (code === "internal") {
    const [what] = message.split("\n");
    return {
      ...report,
      message: `${source}: Sightline itself failed on it (${what}); please report this.`,
    };
  }
  const named = [source, model].some((path) => message.includes(path));
  return named ? report : { ...report, message: `${source}: ${message}` };
}

function ask(request: ExplainRequest, inspection: Inspection): Question {
  checkProfileLayer(request, inspection);
  return {
    methods: request.methods.map((id) => asked(methodById(id), request.parameters?.[id])),
    layer: chosenLayer(request, inspection),
    fusedLayers: request.fusedLayers,
    augmented: request.augmented,
    classes: request.classes,
    ...{ score: request.score, negated: request.negated, versus: request.versus },
    profile: inspection.profile,
  };
}

/** A profile may name a layer that the model does not have, or has no longer. */
function checkProfileLayer(
  { layer }: ExplainRequest,
  { model, profile, profileSources, layers }: Inspection,
): void {
  if (layer !== "auto" || profile.layer === "auto") return;
  if (layers.some(({ name }) => name === profile.layer)) return;
  const problem = `the layer “${profile.layer}” of ${profileSources.layer.detail} has no rows and columns here, or is not there`;
  throw new SightlineError(
    "profile",
    `${model}: ${problem}; correct “layer” or leave it out (sightline inspect lists the layers).`,
    { file: model, layer: profile.layer },
  );
}

/** Milliseconds between two looks at a map that grows. */
const interimPause = 150;

async function* explainOne(
  platform: Platform,
  model: ReadyModel,
  request: ExplainRequest,
  question: Question,
  source: string,
  prepare: number,
): AsyncIterable<ExplainedEvent> {
  const { now, files } = platform;
  const before = now();
  const { tensor, bitmap, ...shown } =
    request.tensor === undefined
      ? await feedImage(platform, model, source, request.pictureSide)
      : await feedTensor(platform, model, source);
  const decoded = now();
  const hash = await files.hash(source);
  const explained = ({ predictions, maps, prepared }: Answer): Explanation => {
    const timings = {
      prepare: prepare + prepared,
      decode: decoded - before,
      run: now() - decoded - prepared,
    };
    return { image: source, hash, ...shown, predictions, maps: maps(), timings };
  };
  let told = -Infinity;
  for await (const answer of model.session.explain(tensor, question)) {
    if (answer.whole) yield { kind: "explanation", explanation: explained(answer), bitmap };
    else if (now() - told >= interimPause) {
      yield { kind: "interim", explanation: explained(answer) };
      told = now();
      await platform.pause();
    }
  }
}

async function feedImage(
  { images }: Platform,
  { inspection }: ReadyModel,
  path: string,
  pictureSide: number | undefined,
): Promise<Feed> {
  const bitmap = await images.decode(path);
  const {
    tensor,
    geometry,
    picture: seen,
  } = preprocess(bitmap, inspection.profile, inspection.input);
  if (pictureSide === undefined) return { tensor, geometry, seen, bitmap };
  const shown = shrink(bitmap, pictureSide);
  const encoded = await images.encodeJpeg(shown, shown.rgb);
  return {
    tensor,
    geometry,
    seen,
    bitmap,
    picture: { width: shown.width, height: shown.height, encoded },
  };
}

/** A float32 array of exactly the input's shape; there is no picture, so the map's own place is the input. */
async function feedTensor(
  { files }: Platform,
  { inspection }: ReadyModel,
  path: string,
): Promise<Feed> {
  const tensor = decodeNpy(await files.read(path), path);
  const { input, profile } = inspection;
  const { size } = profile;
  if (tensor.dims.join() !== inputDims(input, size).join() || sizeOf(tensor.dims) === 0) {
    const { height = "height", width = "width" } = input;
    const wanted = inputDims(input, { width, height }).join(",");
    const problem = `the array has the shape [${tensor.dims.join(",")}], but the model's input is [${wanted}]`;
    throw new SightlineError("input", `${path}: ${problem}; save it in that shape.`, {
      file: path,
    });
  }
  return {
    tensor,
    geometry: { image: size, input: size, scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 },
  };
}
