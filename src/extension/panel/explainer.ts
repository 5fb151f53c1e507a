import {
  shownClasses,
  type ClassChoice,
  type ErrorReport,
  type ExplainEvent,
  type ExplainRequest,
  type Explanation,
  type Inspection,
} from "../../explain/api";
import type { EngineApi } from "../wire/engineApi";
import { isReport, toReport } from "../wire/report";
import { mergeResults, resultOf, shownMap } from "../wire/shown";
import { applyChange, type PanelChange, type PanelChoice, type PanelState } from "../wire/viewApi";

/** The longest side of the picture that the view gets. */
const pictureSide = 1600;

/** The engine at two priorities: the shown image goes before the others. */
export interface Engines {
  readonly interactive: EngineApi;
  readonly batch: EngineApi;
}

interface Job {
  readonly image: string;
  readonly request: ExplainRequest;
  readonly abort: AbortController;
}

/**
 * The state of one panel and the requests that complete it: first what the shown image lacks, then one explanation of every other
 * image. One request runs at a time; a choice that makes it useless ends it.
 */
export class Explainer {
  private job: Job | undefined;
  /** The layer that was chosen in the model before: this one may not have it. */
  private inherited: string | undefined;

  constructor(
    private readonly engines: Engines,
    private current: PanelState,
    private readonly changed: (change: PanelChange) => void,
  ) {}

  get state(): PanelState {
    return this.current;
  }

  choose(change: Partial<PanelChoice>): void {
    const { output, ...former } = this.current.choice;
    // Another model has other outputs.
    const kept = change.model === undefined && output !== undefined ? { output } : {};
    const choice = { ...former, ...kept, ...change };
    if (change.model !== undefined) this.inherited = choice.layer;
    if (change.layer !== undefined) this.inherited = undefined;
    if (change.model !== undefined) this.update({ ...forgotten, choice });
    else if (change.output !== undefined) this.update({ results: null, failure: null, choice });
    else this.update({ choice });
    this.run();
  }

  /** Forgets what failed and asks again. */
  retry(): void {
    const failed = Object.entries(this.current.results).filter(([, result]) => isReport(result));
    this.update({ results: Object.fromEntries(failed.map(([image]) => [image, null])) });
    this.run();
  }

  /** Ends the running request; the next choice or {@link Explainer.retry} goes on. */
  cancel(): void {
    this.job?.abort.abort();
  }

  /** Works until nothing is missing. */
  run(): void {
    const next = this.next();
    if (this.job && next && sameRequest(this.job, next)) return;
    this.job?.abort.abort();
    this.begin(next, this.current.failure ? { failure: null } : {});
  }

  private begin(job: Job | undefined, change: PanelChange): void {
    this.job = job;
    this.update({ ...change, progress: job ? { fraction: 0, text: "Starting" } : null });
    if (job) void this.perform(job);
  }

  private async perform(job: Job): Promise<void> {
    const failure = await this.explain(job).catch(toReport);
    if (this.job !== job) return;
    if (failure && this.lacksLayer(failure)) return this.choose({ layer: "auto" });
    const next = failure ? undefined : this.next();
    if (next && sameRequest(job, next)) return this.begin(undefined, { failure: unanswered(job) });
    this.begin(next, failure ? { failure } : {});
  }

  /** The panel then goes on with this model's default layer, and shows that. */
  private lacksLayer({ code, data }: ErrorReport): boolean {
    const { inherited } = this;
    return code === "input" && inherited !== undefined && data["layer"] === inherited;
  }

  private async explain({ image, request, abort }: Job): Promise<undefined> {
    const { interactive, batch } = this.engines;
    const engine = image === this.current.choice.image ? interactive : batch;
    // The same for every image, so that a guess does not change on the way.
    const trialImages = this.current.choice.images;
    for await (const event of engine.explain({ ...request, trialImages }, abort.signal)) {
      if (abort.signal.aborted) return;
      this.take(event);
    }
  }

  private take(event: ExplainEvent): void {
    if (event.kind === "progress")
      this.update({ progress: { fraction: event.fraction, text: event.text } });
    if (event.kind === "failed") this.update({ results: { [event.image]: event.error } });
    if (event.kind === "model") this.meet(event.inspection);
    if (event.kind === "explanation") this.learn(event.explanation);
  }

  /** A model or a profile that changed on disk makes everything learned before worthless. */
  private meet(inspection: Inspection): void {
    const { inspection: former } = this.current;
    if (former && JSON.stringify(former) === JSON.stringify(inspection)) return;
    this.update(former ? { ...forgotten, inspection } : { inspection });
  }

  private learn(explanation: Explanation): void {
    const { image } = explanation;
    const known = resultOf(this.current, image);
    this.update({ results: { [image]: mergeResults(known, explanation) } });
  }

  private update(change: PanelChange): void {
    this.current = applyChange(this.current, change);
    this.changed(change);
  }

  /** The next thing that is missing: the shown image's map, then any image that was never explained. */
  private next(): Job | undefined {
    const { model, image, images } = this.current.choice;
    if (model === undefined) return undefined;
    const failed = isReport(this.current.results[image]);
    if (!failed && !shownMap(this.current)) return this.jobFor(image, model);
    const other = [image, ...images].find((candidate) => this.lacks(candidate));
    return other === undefined ? undefined : this.jobFor(other, model);
  }

  /** A request that began before everything was forgotten may have brought a map without its picture. */
  private lacks(image: string): boolean {
    const result = this.current.results[image];
    return result === undefined || (!isReport(result) && !result.picture);
  }

  private jobFor(image: string, model: string): Job {
    const { choice } = this.current;
    const result = resultOf(this.current, image);
    const request: ExplainRequest = {
      model,
      ...(choice.output === undefined ? {} : { output: choice.output }),
      images: [image],
      methods: [choice.method],
      layer: choice.layer,
      classes: classesFor(choice, result),
      score: choice.score,
      ...(result?.picture ? {} : { pictureSide }),
    };
    return { image, request, abort: new AbortController() };
  }
}

const forgotten: PanelChange = { inspection: null, results: null, failure: null };

/** The most probable classes come in one go, so that a click on one of them need not wait. */
function classesFor({ classIndex }: PanelChoice, result: Explanation | undefined): ClassChoice {
  if (classIndex === "predicted") return { top: shownClasses };
  const listed = result?.predictions.some(({ index }) => index === classIndex) ?? true;
  return listed ? { top: shownClasses } : { indices: [classIndex] };
}

function sameRequest(a: Job, b: Job): boolean {
  return JSON.stringify(a.request) === JSON.stringify(b.request);
}

/** Asking once more would go on for ever. */
function unanswered({ image, request }: Job): ErrorReport {
  const message = `${image}: the engine answered without a map of ${request.methods[0]} at “${request.layer}”; please report this.`;
  return { code: "internal", message, data: { image } };
}
