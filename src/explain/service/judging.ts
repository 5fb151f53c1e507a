import type { AttributionMap, JudgeEvent, Judgement } from "../api";
import { checkCancelled, SightlineError, type Cancellation } from "../error";
import type { Finding, Judge, Exhibit } from "../judge/judge";
import type { Platform } from "../platform";
import type { Session } from "../session";
import type { Tensor } from "../tensor";
import { isFiniteMap } from "./blank";
import type { Question } from "./question";
import type { ExplainedEvent } from "./save";
import { ShuffledMaps } from "./shuffledMaps";
import { exhibitOf } from "./exhibit";

/** What maps are judged on. */
export interface Judged {
  readonly platform: Platform;
  readonly session: Session;
  /** What the maps were asked for with. */
  readonly question: Question;
  readonly input: Tensor;
  readonly signal?: Cancellation;
}

/** Puts a map to tests, one after another. The model stays as it is. */
export async function* judgeMap(
  judged: Judged,
  map: AttributionMap,
  judges: readonly Judge[],
): AsyncGenerator<JudgeEvent, void> {
  const shuffled = new ShuffledMaps(judged, [map]);
  try {
    yield* judgeAmong(judged, map, judges, shuffled);
  } finally {
    await shuffled.dispose();
  }
}

async function* judgeAmong(
  judged: Judged,
  map: AttributionMap,
  judges: readonly Judge[],
  shuffled: ShuffledMaps,
): AsyncGenerator<JudgeEvent, void> {
  let exhibit: Promise<Exhibit> | undefined;
  for (const [i, judge] of judges.entries()) {
    const at = (part: number): JudgeEvent => ({
      kind: "progress",
      fraction: (i + part) / judges.length,
      text: judge.title,
    });
    yield at(0);
    let finding: Partial<Finding>;
    try {
      checkFinite(map);
      const work = judge.judge(await (exhibit ??= exhibitOf(judged, map, shuffled)));
      finding = yield* working(work, judged, at);
    } catch (cause) {
      if (!(cause instanceof SightlineError) || cause.code !== "method") throw cause;
      finding = { verdict: cause.message };
    }
    const { id, title, better } = judge;
    yield { kind: "judgement", judgement: { id, title, better, ...finding } as Judgement };
  }
}

function checkFinite(map: AttributionMap): void {
  const isScored = Number.isFinite(map.logit);
  if (isScored && isFiniteMap(map)) return;
  const what = isScored ? "The map has values that are not numbers" : "The score is not a number";
  throw new SightlineError(
    "method",
    `${what}, so that there is nothing to judge; see why it is blank.`,
  );
}

/** A test's progress as events, between which messages are read and a cancel ends it. */
async function* working(
  work: AsyncGenerator<number, Finding>,
  { platform, signal }: Judged,
  at: (part: number) => JudgeEvent,
): AsyncGenerator<JudgeEvent, Finding> {
  try {
    for (;;) {
      const step = await work.next();
      if (step.done) return step.value;
      yield at(step.value);
      await platform.pause();
      checkCancelled(signal);
    }
  } finally {
    // Whoever stops asking ends the test, too.
    await work.return(undefined as never);
  }
}

/** An explanation whose maps say what the tests found; before that, the explanation itself, as one that is not whole. The tests are the second half of the progress. */
export async function* judgeExplanation(
  judged: Judged,
  whole: ExplainedEvent & { readonly kind: "explanation" },
  judges: readonly Judge[],
): AsyncIterable<ExplainedEvent> {
  if (judges.length === 0) return yield whole;
  const { explanation } = whole;
  const { maps } = explanation;
  yield { kind: "interim", explanation };
  const done: AttributionMap[] = [];
  const shuffled = new ShuffledMaps(judged, maps);
  try {
    for (const [i, map] of maps.entries()) {
      const judgements: Judgement[] = [];
      for await (const event of judgeAmong(judged, map, judges, shuffled)) {
        if (event.kind === "judgement") judgements.push(event.judgement);
        else yield { ...event, fraction: (1 + (i + event.fraction) / maps.length) / 2 };
      }
      done.push({ ...map, judgements });
    }
  } finally {
    await shuffled.dispose();
  }
  yield { ...whole, explanation: { ...explanation, maps: done } };
}
