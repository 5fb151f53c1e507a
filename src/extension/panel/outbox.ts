import type { PanelChange } from "../wire/viewApi";

/** Progress of a request that ends sooner is not worth a message. */
const progressDelay = 150;

/**
 * Collects changes on their way to the view: every message passes several processes, so what happens together goes together, and
 * progress waits for a moment.
 */
export class Outbox {
  private changes: PanelChange[] = [];
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;

  constructor(private readonly send: (changes: readonly PanelChange[]) => void) {}

  add(change: PanelChange): void {
    this.changes.push(change);
    const keys = Object.keys(change);
    if (keys.length === 1 && change.progress) this.timer ??= setTimeout(this.flush, progressDelay);
    else this.immediate ??= setImmediate(this.flush);
  }

  /** Forgets what was not sent. */
  clear(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = this.immediate = undefined;
    this.changes = [];
  }

  private readonly flush = (): void => {
    const { changes } = this;
    this.clear();
    this.send(changes);
  };
}
