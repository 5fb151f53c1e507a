import { CancelledError, type Cancellation } from "../../explain/error";
import type { Priority } from "./contract";

/** A call that takes turns. */
export interface Caller {
  readonly priority: Priority;
  readonly cancellation: Cancellation;
  /** Milliseconds that its turns have taken. */
  taken: number;
}

interface Waiting {
  readonly caller: Caller;
  readonly begin: () => void;
  readonly giveUp: (cause: CancelledError) => void;
}

/**
 * Lets one step run at a time: of interactive calls first, among these of the one that has taken the least time so far, then in order of arrival. So a new call has all of its
 * turns, one after another, between two of a stream that has been running for long. Before each step `pause` lets the process read its messages, so that what arrived during a long
 * step is seen: a more urgent call, or a cancel.
 */
export class Turns {
  private readonly waiting: Waiting[] = [];
  private busy = false;

  constructor(private readonly pause: () => Promise<void>) {}

  async run<T>(caller: Caller, step: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin, giveUp) => {
      this.waiting.push({ caller, begin, giveUp });
      void this.next();
    });
    const started = Date.now();
    try {
      return await step();
    } finally {
      caller.taken += Date.now() - started;
      this.busy = false;
      void this.next();
    }
  }

  /** Ends every waiting step whose caller has given up. */
  sweep(): void {
    for (const entry of this.waiting.filter(({ caller }) => caller.cancellation.aborted)) {
      this.waiting.splice(this.waiting.indexOf(entry), 1);
      entry.giveUp(new CancelledError());
    }
  }

  private async next(): Promise<void> {
    if (this.busy || this.waiting.length === 0) return;
    this.busy = true;
    await this.pause();
    this.sweep();
    const [entry] = this.waiting.toSorted((a, b) => inOrder(a.caller, b.caller));
    if (!entry) {
      this.busy = false;
      return;
    }
    this.waiting.splice(this.waiting.indexOf(entry), 1);
    entry.begin();
  }
}

function inOrder(a: Caller, b: Caller): number {
  const urgency = Number(b.priority === "interactive") - Number(a.priority === "interactive");
  return urgency || a.taken - b.taken;
}
