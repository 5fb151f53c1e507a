/** A child process for process.test.ts: a server that sleeps, blocks its process, dies, and counts. */
import type { Cancellation } from "../../../src/explain/error";
import type { Contract, ToServer } from "../../../src/extension/wire/contract";
import { serve } from "../../../src/extension/wire/server";

export interface Laboratory {
  pid(): Promise<number>;
  echo<T>(value: T): Promise<T>;
  /** Blocks the process as a native run does. */
  block(milliseconds: number, signal?: Cancellation): Promise<string>;
  sleep(milliseconds: number): Promise<string>;
  die(status: number): Promise<never>;
  count(to: number, pause: number, signal?: Cancellation): AsyncIterable<number>;
}

export const laboratory: Contract<Laboratory> = {
  pid: "call",
  echo: "call",
  block: "call",
  sleep: "call",
  die: "call",
  count: "stream",
};

const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

const api: Laboratory = {
  pid: async () => process.pid,
  echo: async (value) => value,
  async block(milliseconds) {
    const end = Date.now() + milliseconds;
    while (Date.now() < end);
    return "blocked";
  },
  async sleep(milliseconds) {
    await sleep(milliseconds);
    return "slept";
  },
  async die(status) {
    process.exit(status);
  },
  async *count(to, pause) {
    for (let i = 0; i < to; i++) {
      await sleep(pause);
      yield i;
    }
  },
};

if (process.send) {
  const receive = serve(api, laboratory, {
    post: (message) => process.send?.(message),
    pause: () => new Promise((done) => setImmediate(done)),
    announcesTurns: true,
  });
  process.on("message", (message) => receive(message as ToServer));
  process.on("disconnect", () => process.exit());
}
