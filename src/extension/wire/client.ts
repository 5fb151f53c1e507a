import { CancelledError } from "../../explain/error";
import {
  isSignal,
  type Api,
  type CallMessage,
  type Contract,
  type Priority,
  type Signal,
  type ToClient,
  type ToServer,
} from "./contract";
import { fromReport } from "./report";
import { Stream } from "../../explain/stream";

/** A call without an answer yet. */
interface Pending {
  readonly message: CallMessage;
  item(item: unknown): void;
  done(result: unknown): void;
  fail(cause: unknown): void;
}

/**
 * The calling side. Every call ends: by its answer, by its signal (at once, without waiting for the server), or by
 * {@link Client.reject} when the server is gone.
 */
export class Client {
  private readonly pending = new Map<number, Pending>();
  private nextId = 1;

  constructor(private readonly post: (message: ToServer) => void) {}

  get idle(): boolean {
    return this.pending.size === 0;
  }

  /** The server as its interface. */
  proxy<T extends Api<T>>(contract: Contract<T>, priority: Priority = "interactive"): T {
    const invoke = (method: string, args: readonly unknown[]) => {
      const plain = args.filter((arg) => arg !== undefined && !isSignal(arg));
      const request = { method, args: plain, priority, signal: args.find(isSignal) };
      return contract[method as keyof T] === "stream" ? this.stream(request) : this.call(request);
    };
    const methods = Object.keys(contract).map((method) => [
      method,
      (...args: unknown[]) => invoke(method, args),
    ]);
    return Object.fromEntries(methods) as T;
  }

  receive(message: ToClient): void {
    const pending = this.pending.get(message.id);
    if (!pending || message.kind === "turn") return;
    if (message.kind === "item") return pending.item(message.item);
    this.pending.delete(message.id);
    // The way to a view drops fields that are undefined, so that an answer may lack `ok`.
    if ("err" in message.answer) pending.fail(fromReport(message.answer.err));
    else pending.done(message.answer.ok);
  }

  /** Ends every pending call with `cause`. */
  reject(cause: Error): void {
    const ended = [...this.pending.values()];
    this.pending.clear();
    for (const { fail } of ended) fail(cause);
  }

  /** Sends every pending call again, to a server that has taken the place of the former one; streams start over. */
  resubmit(): void {
    for (const { message } of this.pending.values()) this.post(message);
  }

  private async call(request: Request): Promise<unknown> {
    let end = () => {};
    try {
      return await new Promise((done, fail) => {
        ({ end } = this.submit(request, { item: () => undefined, done, fail }));
      });
    } finally {
      end();
    }
  }

  private async *stream(request: Request): AsyncGenerator<unknown, void, undefined> {
    const items = new Stream<unknown>();
    const { id, end } = this.submit(request, {
      item: (item) => items.push(item),
      done: () => items.close(),
      fail: (cause) => items.fail(cause),
    });
    try {
      for await (const item of items) {
        yield item;
        if (this.pending.has(id)) this.post({ kind: "taken", id });
      }
    } finally {
      end();
    }
  }

  /** Posts a call; `end` ends it, and cancels it when it has no answer yet. */
  private submit(request: Request, receiver: Omit<Pending, "message">): Submitted {
    const { signal, ...call } = request;
    const id = this.nextId++;
    if (signal?.aborted) {
      receiver.fail(new CancelledError());
      return { id, end: () => undefined };
    }
    const message: CallMessage = { kind: "call", id, ...call };
    const cancel = () => {
      if (!this.pending.delete(message.id)) return;
      receiver.fail(new CancelledError());
      this.post({ kind: "cancel", id: message.id });
    };
    signal?.addEventListener("abort", cancel);
    this.pending.set(message.id, { message, ...receiver });
    try {
      this.post(message);
    } catch (cause) {
      this.pending.delete(message.id);
      receiver.fail(cause);
    }
    const end = () => {
      signal?.removeEventListener("abort", cancel);
      cancel();
    };
    return { id, end };
  }
}

interface Submitted {
  readonly id: number;
  readonly end: () => void;
}

interface Request {
  readonly method: string;
  readonly args: readonly unknown[];
  readonly priority: Priority;
  readonly signal: Signal | undefined;
}
