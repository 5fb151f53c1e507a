import { CancelledError, type Cancellation } from "../../explain/error";
import type { Priority } from "./contract";

interface Waiting {
  readonly priority: Priority;
  readonly cancellation: Cancellation;
  readonly begin: () => void;
  readonly giveUp: (cause: CancelledError) => void;
}

/**
 * Lets one step run at a time: the interactive ones first, then in order of arrival. Before each step `pause` lets the
 * process read its messages, so that what arrived during a long step is seen: a more urgent call, or a cancel.
 */
export class Turns {
  private readonly waiting: Waiting[] = [];
  private busy = false;

  constructor(private readonly pause: () => Promise<void>) {}

  async run<T>(priority: Priority, cancellation: Cancellation, step: () => Promise<T>): Promise<T> {
    await new Promise<void>((begin, giveUp) => {
      this.waiting.push({ priority, cancellation, begin, giveUp });
      void this.next();
    });
    try {
      return await step();
    } finally {
      this.busy = false;
      void this.next();
    }
  }

  /** Ends every waiting step whose caller has given up. */
  sweep(): void {
    for (const entry of this.waiting.filter(({ cancellation }) => cancellation.aborted)) {
      this.waiting.splice(this.waiting.indexOf(entry), 1);
      entry.giveUp(new CancelledError());
    }
  }

  private async next(): Promise<void> {
    if (this.busy || this.waiting.length === 0) return;
    this.busy = true;
    await this.pause();
    this.sweep();
    const urgent = this.waiting.findIndex(({ priority }) => priority === "interactive");
    const [entry] = this.waiting.splice(Math.max(urgent, 0), 1);
    if (entry) entry.begin();
    else this.busy = false;
  }
}
