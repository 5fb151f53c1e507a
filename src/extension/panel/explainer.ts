import type {
  ErrorReport,
  ExplainEvent,
  ExplainRequest,
  Explanation,
  Inspection,
} from "../../explain/api";
import type { EngineApi } from "../wire/engineApi";
import { growthWords } from "../wire/growth";
import { fromReport, isReport, toReport } from "../wire/report";
import { fitted, plainClasses } from "../wire/fitted";
import { refusalOf, resultOf, shownMap, shownSet } from "../wire/shown";
import { activeTile, askedOf, tilesInOrder } from "../wire/tiles";
import {
  applyChange,
  type PanelChange,
  type PanelChoice,
  type PanelMap,
  type PanelState,
  type Tile,
} from "../wire/viewApi";
import { classesToAsk, requestFor } from "./request";

/** The longest side of the picture that the view gets. */
const pictureSide = 1600;

/** The engine at two priorities: the shown image goes before the others. */
export interface Engines {
  readonly interactive: EngineApi;
  readonly batch: EngineApi;
}

interface Job {
  readonly image: string;
  readonly tile: Tile;
  /** The choice that it answers. */
  readonly choice: PanelChoice;
  readonly request: ExplainRequest;
  readonly abort: AbortController;
}

/**
 * The state of one panel and the requests that complete it: first what the tiles of the shown image lack, then one explanation of every other
 * image. One request runs at a time; a choice that makes it useless ends it.
 */
export class Explainer {
  private job: Job | undefined;

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
    const isOther = change.model !== undefined && change.model !== former.model;
    // Another model has other outputs and classes; its layers are known once it is open.
    const kept = change.model === undefined && output !== undefined ? { output } : {};
    const choice = { ...former, ...kept, ...(isOther && plainClasses), ...change };
    // How maps are shown needs nothing of the engine, and takes nothing back.
    if (Object.keys(change).every((key) => key === "look" || key === "tile"))
      return this.update({ choice });
    if (change.model !== undefined) this.update({ ...forgotten, choice });
    else if (change.output !== undefined) this.update({ ...unanswered, choice });
    else this.update({ refused: null, choice });
    this.run();
  }

  /** Forgets what failed and asks again. */
  retry(): void {
    const failed = Object.entries(this.current.results).filter(([, result]) => isReport(result));
    const results = Object.fromEntries(failed.map(([image]) => [image, null]));
    this.update({ refused: null, results });
    this.run();
  }

  /** Ends the running request; the next choice or {@link Explainer.retry} goes on. What there is of its map stays. */
  cancel(): void {
    if (!this.job) return;
    const { abort, tile } = this.job;
    const stopped = this.setGrowth([tile], "growing", "stopped");
    abort.abort();
    // There is something to see: going on is offered there.
    if (stopped) this.begin(undefined, {});
  }

  /** Computes a map to its end that was stopped. */
  goOn(): void {
    this.setGrowth([activeTile(this.current.choice)], "stopped", "growing");
    this.run();
  }

  /** Works until nothing is missing. */
  run(): void {
    const next = this.next();
    if (this.job && next && sameRequest(this.job, next)) return;
    this.job?.abort.abort();
    this.begin(next, this.current.failure ? { failure: null } : {});
  }

  /**
   * Changes the state.
   *
   * @param told the part of it that the view needs at once.
   */
  update(change: PanelChange, told: PanelChange = change): void {
    this.current = applyChange(this.current, change);
    this.changed(told);
  }

  private begin(job: Job | undefined, change: PanelChange): void {
    this.job = job;
    this.update({ ...change, progress: job ? { fraction: 0, text: "Starting" } : null });
    if (job) void this.perform(job);
  }

  private async perform(job: Job): Promise<void> {
    const failure = await this.explain(job).catch(toReport);
    if (this.job !== job) return;
    const next = this.next();
    const isSame = next !== undefined && sameRequest(job, next);
    // What was asked before the model was known may have been more than it has.
    if (failure && (!next || isSame)) return this.failed(job, failure);
    if (isSame) return this.begin(undefined, { failure: noMap(job) });
    this.begin(next, {});
  }

  /** What one tile cannot have keeps neither the others from theirs, nor the image from its prediction. */
  private failed({ tile, choice, request }: Job, failure: ErrorReport): void {
    const { inspection } = this.current;
    const isOwn =
      failure.code === "method" || (failure.code === "input" && "layer" in failure.data);
    if (!isOwn || !inspection || request.methods.length === 0)
      return this.begin(undefined, { failure });
    this.update({ refused: { [askedOf(choice, tile, inspection)]: failure } });
    this.begin(this.next(), {});
  }

  private async explain(job: Job): Promise<undefined> {
    const { image, request, abort } = job;
    const { interactive, batch } = this.engines;
    const engine = image === this.current.choice.image ? interactive : batch;
    // The same for every image, so that a guess does not change on the way.
    const trialImages = this.current.choice.images;
    for await (const event of engine.explain({ ...request, trialImages }, abort.signal)) {
      if (abort.signal.aborted) return;
      this.take(job, event);
    }
  }

  private take(job: Job, event: ExplainEvent): void {
    switch (event.kind) {
      case "progress":
        return this.update({ progress: { fraction: event.fraction, text: event.text } });
      case "failed":
        // An image is not lost by what one method cannot do.
        if (event.error.code === "method" || resultOf(this.current, event.image))
          throw fromReport(event.error);
        return this.update({ results: { [event.image]: event.error } });
      case "refused":
        throw fromReport(event.error);
      case "model":
        return this.meet(event.inspection);
      case "interim":
        return this.learn(job, event.explanation, "growing");
      case "explanation":
        return this.learn(job, event.explanation, "whole");
    }
  }

  /** A model or a profile that changed on disk makes everything learned before worthless. */
  private meet(inspection: Inspection): void {
    const { inspection: former } = this.current;
    if (former && JSON.stringify(former) === JSON.stringify(inspection)) return;
    const { choice } = this.current;
    const own = fitted(choice, inspection);
    // The view is told only where something went: it may have chosen anew meanwhile.
    const isWhole = JSON.stringify(own) === JSON.stringify(choice);
    this.update({ ...(former && forgotten), inspection, ...(!isWhole && { choice: own }) });
  }

  private learn({ choice, tile }: Job, explanation: Explanation, growth: PanelMap["growth"]): void {
    const { image, seen, ...others } = explanation;
    const asked = askedOf(choice, tile, this.current.inspection!);
    const maps = explanation.maps.map((map) => ({ ...map, asked, growth }));
    const isNew = !resultOf(this.current, image)?.seen;
    const result = { image, ...others, ...(isNew && seen && { seen }), maps };
    if (growth === "whole") return this.update({ results: { [image]: result } });
    const shown = shownSet(this.current.choice, result);
    const [map] = maps;
    const progress = map?.progress && { progress: growthWords(map) };
    // A map that grows is sent again and again: those that are not seen stay here.
    const seenNow = {
      ...result,
      maps: maps.filter(({ classIndex }) => shown.includes(classIndex)),
    };
    this.update(
      { results: { [image]: result }, ...progress },
      { results: { [image]: seenNow }, ...progress },
    );
  }

  /** Returns whether these tiles of the shown image had any maps that were so. */
  private setGrowth(
    tiles: readonly Tile[],
    from: PanelMap["growth"],
    to: PanelMap["growth"],
  ): boolean {
    const { choice, inspection } = this.current;
    const result = resultOf(this.current, choice.image);
    const asked = inspection ? tiles.map((tile) => askedOf(choice, tile, inspection)) : [];
    const maps =
      result?.maps.filter((map) => map.growth === from && asked.includes(map.asked)) ?? [];
    if (!result || maps.length === 0) return false;
    const { picture: _picture, seen: _seen, ...others } = result;
    const changed = maps.map((map) => ({ ...map, growth: to }));
    this.update({ results: { [choice.image]: { ...others, maps: changed } } });
    return true;
  }

  /** The next thing that is missing: the shown image's maps, then any image that was never explained. */
  private next(): Job | undefined {
    const { choice } = this.current;
    const { model, image, images } = choice;
    if (model === undefined) return undefined;
    if (!isReport(this.current.results[image])) {
      const lacking = tilesInOrder(choice).find((tile) => this.lacksMap(tile));
      if (lacking) return this.jobFor(image, lacking);
    }
    const other = [image, ...images].find((candidate) => this.lacks(candidate));
    return other === undefined ? undefined : this.jobFor(other, activeTile(choice));
  }

  private lacksMap(tile: Tile): boolean {
    if (refusalOf(this.current, tile)) return false;
    const map = shownMap(this.current, tile);
    return !map || map.growth === "growing";
  }

  /** A request that began before everything was forgotten may have brought a map without its picture. */
  private lacks(image: string): boolean {
    const result = this.current.results[image];
    return result === undefined || (!isReport(result) && !result.picture);
  }

  private jobFor(image: string, tile: Tile): Job {
    const { choice, inspection } = this.current;
    const result = resultOf(this.current, image);
    const classes = classesToAsk(choice, tile, inspection, result);
    const own = requestFor(this.current, tile, [image], classes);
    // The prediction is enough where there is no map, and of an image that is not shown where a map takes long.
    const progressive = inspection?.methods.find(({ id }) => id === tile.method)?.progressive;
    const isEnough =
      (progressive && image !== choice.image) || refusalOf(this.current, tile) !== undefined;
    const methods = isEnough ? [] : own.methods;
    const request = { ...own, methods, ...(result?.picture ? {} : { pictureSide }) };
    return { image, tile, choice, request, abort: new AbortController() };
  }
}

const unanswered: PanelChange = { results: null, judged: null, refused: null, failure: null };
const forgotten: PanelChange = { ...unanswered, inspection: null };

function sameRequest(a: Job, b: Job): boolean {
  return JSON.stringify(a.request) === JSON.stringify(b.request);
}

/** Asking once more would go on for ever. */
function noMap({ image, request }: Job): ErrorReport {
  const message = `${image}: the engine answered without a map of ${request.methods[0]} at “${request.layer}”; please report this.`;
  return { code: "internal", message, data: { image } };
}
