import type { JudgeEvent, JudgeRequest } from "../../explain/api";
import { toReport } from "../wire/report";
import { mapKey, shownMap, shownResult } from "../wire/shown";
import { activeTile } from "../wire/tiles";
import type { Judged, PanelMap, PanelState } from "../wire/viewApi";
import type { Engines, Explainer } from "./explainer";
import { requestFor } from "./request";

interface Job {
  /** Of the map that is judged. */
  readonly key: string;
  readonly abort: AbortController;
}

/** Puts the shown map to the tests, one map at a time; another map ends it. */
export class Judging {
  private job: Job | undefined;

  constructor(
    private readonly engines: Pick<Engines, "interactive">,
    private readonly explainer: Pick<Explainer, "state" | "update">,
  ) {}

  begin(): void {
    const { state } = this.explainer;
    const map = shownMap(state);
    if (!map || !state.inspection) return;
    const key = mapKey(state, map);
    if (this.job?.key === key) return;
    this.cancel();
    const job = { key, abort: new AbortController() };
    this.job = job;
    this.tell(key, { judgements: [], progress: { fraction: 0, text: "Starting" } });
    void this.perform(job, requestOf(state, map));
  }

  cancel(): void {
    this.job?.abort.abort();
  }

  /** Ends what is about a map that is no longer shown. */
  follow(): void {
    const { state } = this.explainer;
    const map = shownMap(state);
    if (this.job && (!map || mapKey(state, map) !== this.job.key)) this.cancel();
  }

  private async perform({ key, abort }: Job, request: JudgeRequest): Promise<void> {
    let failure: Judged["failure"];
    try {
      const { interactive } = this.engines;
      for await (const event of interactive.judge(request, abort.signal)) this.take(key, event);
    } catch (cause) {
      failure = toReport(cause);
    }
    if (this.job?.key === key) this.job = undefined;
    const judged = this.explainer.state.judged[key];
    // Another model forgets what was said of the former one's maps.
    if (!judged) return;
    const { progress: _progress, ...rest } = judged;
    this.tell(key, { ...rest, ...(failure && { failure }) });
  }

  private take(key: string, event: JudgeEvent): void {
    const judged = this.explainer.state.judged[key];
    if (!judged) return;
    if (event.kind === "judgement")
      return this.tell(key, { ...judged, judgements: [...judged.judgements, event.judgement] });
    const { fraction, text } = event;
    this.tell(key, { ...judged, progress: { fraction, text } });
  }

  private tell(key: string, judged: Judged): void {
    this.explainer.update({ judged: { [key]: judged } });
  }
}

/** Everything that a map can be put to, and what it was asked for with. */
function requestOf({ choice, inspection, ...state }: PanelState, shown: PanelMap): JudgeRequest {
  const { asked: _asked, growth: _growth, ...map } = shown;
  const classes = map.set ? { set: map.set } : { indices: [map.classIndex] };
  const result = shownResult({ choice, inspection, ...state })!;
  return {
    explain: requestFor({ choice, inspection }, activeTile(choice), [result.image], classes),
    map,
    judgements: inspection!.judgements.map(({ id }) => id),
  };
}
