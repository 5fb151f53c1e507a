import { mergeResults } from "../wire/results";
import type { PanelChange } from "../wire/viewApi";

/** Progress of a request that ends sooner is not worth a message. */
const progressDelay = 150;

/**
 * Collects changes on their way to the view: every message passes several processes, so what happens together goes together, progress waits for a
 * moment, and nothing is sent before the view has taken what came before. Of a map that grows faster than the view draws only the latest goes.
 */
export class Outbox {
  private changes: PanelChange[] = [];
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  /** What is under way; another one after {@link Outbox.clear}. */
  private sending: object | undefined;

  /** @param send ends when the view has taken the changes, or cannot. */
  constructor(private readonly send: (changes: readonly PanelChange[]) => Promise<void>) {}

  add(change: PanelChange): void {
    const last = this.changes.at(-1);
    if (last && isNews(last) && isNews(change)) this.changes.splice(-1, 1, joined(last, change));
    else this.changes.push(change);
    if (!this.sending) this.schedule();
  }

  /** Forgets what was not sent. */
  clear(): void {
    this.stopTimers();
    this.changes = [];
    this.sending = undefined;
  }

  private schedule(): void {
    const waits = this.changes.every(
      (change) => change.progress && Object.keys(change).length === 1,
    );
    if (waits) this.timer ??= setTimeout(this.flush, progressDelay);
    else this.immediate ??= setImmediate(this.flush);
  }

  private stopTimers(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = this.immediate = undefined;
  }

  private readonly flush = (): void => {
    const { changes } = this;
    this.stopTimers();
    this.changes = [];
    const sending = {};
    this.sending = sending;
    void this.send(changes).finally(() => {
      if (this.sending !== sending) return;
      this.sending = undefined;
      if (this.changes.length > 0) this.schedule();
    });
  };
}

/** Whether a change only brings results and progress, forgetting nothing. */
function isNews({ results, progress, ...others }: PanelChange): boolean {
  const brought = Object.values(results ?? {});
  const forgets = results === null || brought.includes(null);
  return !forgets && progress !== null && Object.keys(others).length === 0;
}

function joined(earlier: PanelChange, later: PanelChange): PanelChange {
  const merged = Object.entries(later.results ?? {}).map(([image, fresh]) => {
    const before = earlier.results?.[image];
    return [image, before ? mergeResults(before, fresh!) : fresh];
  });
  const results = { ...earlier.results, ...Object.fromEntries(merged) };
  return {
    ...earlier,
    ...later,
    ...((earlier.results || later.results) && { results }),
  };
}
