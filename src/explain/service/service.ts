import type {
  AttributionMap,
  ErrorReport,
  Explanation,
  ExplainEvent,
  ExplainRequest,
  Inspection,
  JudgeEvent,
  JudgeRequest,
  Service,
} from "../api";
import { checkCancelled, errorReport, SightlineError, type Cancellation } from "../error";
import { judgeById } from "../judge/index";
import type { Judge } from "../judge/judge";
import { chosenLayer } from "./chosenLayer";
import { fedDims, feed } from "./feed";
import { judgeExplanation, judgeMap } from "./judging";
import { methodById } from "../method/index";
import type { Platform } from "../platform";
import { save, type ExplainedEvent } from "./save";
import type { Answer, Session } from "../session";
import type { Tensor } from "../tensor";
import { isFiniteMap } from "./blank";
import { asked } from "./program";
import { withoutRefused, type Question } from "./question";
import { ModelStore, type ReadyModel } from "./store";
import { Stream } from "../stream";

/** How much of the progress bar finding out the preprocessing takes. */
const trialShare = 0.5;

/** The service on this platform. Models stay open between calls until their files change. */
export function createService(platform: Platform): Service {
  const store = new ModelStore(platform);
  const explain = (request: ExplainRequest, signal?: Cancellation) =>
    explainAll(platform, store, request, signal);
  return {
    inspect: async (request, signal) => (await store.ready(request, { signal })).inspection,
    explain: (request, signal) => withoutBitmaps(explain(request, signal)),
    save: (request, signal) => save(request, explain(request.explain, signal), platform, signal),
    judge: (request, signal) => judgeOne(platform, store, request, signal),
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
  const judges = (request.judgements ?? []).map(judgeById);
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
  // Also where the question does not fit: what does is found in the model's description.
  yield { kind: "model", inspection: model.inspection };
  const asking = ask(request, model.inspection);
  const { question, refused } = withoutRefused(model.session.model, asking);
  model.session.prepare(question);
  for (const { method, cause } of refused) {
    yield { kind: "refused", method, error: errorReport(cause) };
  }
  const run = { platform, model, request, question, judges, signal };
  yield* explainEach(run, platform.now() - started, done);
}

/** What all images of a request share. */
interface Run {
  readonly platform: Platform;
  readonly model: ReadyModel;
  readonly request: ExplainRequest;
  readonly question: Question;
  readonly judges: readonly Judge[];
  readonly signal?: Cancellation;
}

/** Explains images one after another, which takes the progress bar from `start` to its end. */
async function* explainEach(
  run: Run,
  prepared: number,
  start: number,
): AsyncIterable<ExplainedEvent> {
  const { platform, request, signal } = run;
  const sources = sourcesOf(request);
  let prepare = prepared;
  for (const [i, source] of sources.entries()) {
    await platform.pause();
    checkCancelled(signal);
    const name = platform.files.nameOf(source);
    const at = (part: number) => start + (1 - start) * ((i + part) / sources.length);
    yield { kind: "progress", fraction: at(0), text: name };
    try {
      for await (const event of explainOne(run, source, prepare)) {
        if (event.kind !== "progress") yield event;
        else yield { ...event, fraction: at(event.fraction), text: `${name}: ${event.text}` };
        checkCancelled(signal);
      }
      prepare = 0;
    } catch (cause) {
      if (cause instanceof SightlineError && cause.code === "cancelled") throw cause;
      yield { kind: "failed", image: source, error: failureOf(source, request, cause) };
    }
  }
}

/** Opens the model again, or finds it open, and puts the map to each test. */
async function* judgeOne(
  platform: Platform,
  store: ModelStore,
  { explain, map, judgements }: JudgeRequest,
  signal?: Cancellation,
): AsyncIterable<JudgeEvent> {
  const judges = judgements.map(judgeById);
  const [source, ...others] = sourcesOf(explain);
  if (source === undefined || others.length > 0) {
    throw new SightlineError("usage", "A map is judged on the one image that it explains.");
  }
  yield { kind: "progress", fraction: 0, text: "opening the model" };
  const model = await store.ready(
    { ...explain, trialImages: explain.trialImages ?? explain.images },
    { signal, runtime: explain.runtime, inputDims: await fedDims(platform, explain) },
  );
  const question = ask({ ...explain, methods: [map.method] }, model.inspection);
  model.session.prepare(question);
  const { tensor: input } = await feed(platform, model, explain, source);
  yield* judgeMap({ platform, session: model.session, question, input, signal }, map, judges);
}

const sourcesOf = ({ images, tensor }: ExplainRequest) =>
  tensor === undefined ? images : [tensor];

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

/** An explanation whose blank maps say where their gradient, or the numbers, went. */
async function withCauses(
  session: Session,
  input: Tensor,
  question: Question,
  explanation: Explanation,
): Promise<Explanation> {
  const maps: AttributionMap[] = [];
  for (const map of explanation.maps) {
    const { blank, range } = map;
    const isNegative = isFiniteMap(map) && range.min < 0;
    const cause =
      blank !== undefined && !isNegative ? await session.causeOf(input, question, map) : undefined;
    maps.push(cause === undefined ? map : { ...map, blank: `${blank} ${cause}` });
  }
  return { ...explanation, maps };
}

/** Milliseconds between two looks at a map that grows. */
const interimPause = 150;

async function* explainOne(
  { platform, model, request, question, judges, signal }: Run,
  source: string,
  prepare: number,
): AsyncIterable<ExplainedEvent> {
  const { now, files } = platform;
  const before = now();
  const { tensor, bitmap, ...shown } = await feed(platform, model, request, source);
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
    if (answer.whole) {
      const explanation = await withCauses(model.session, tensor, question, explained(answer));
      const judged = { platform, session: model.session, question, input: tensor, signal };
      yield* judgeExplanation(judged, { kind: "explanation", explanation, bitmap }, judges);
      for (const { method, cause } of answer.refused) {
        yield { kind: "refused", method, error: failureOf(source, request, cause) };
      }
    } else if (now() - told >= interimPause) {
      yield { kind: "interim", explanation: explained(answer) };
      told = now();
      await platform.pause();
    }
  }
}
