import { CancelledError, SightlineError } from "../../explain/error";
import type { Api, CallMessage, Contract, ToClient, ToServer } from "./contract";
import { toReport } from "./report";
import { Turns } from "./turns";

type Handler = (...args: unknown[]) => unknown;

/** A call as messages change it. */
interface Flag {
  aborted: boolean;
  /** How many items of a stream its client has taken. */
  taken: number;
  /** Called with every message about the call. */
  wake: () => void;
}

/**
 * A stream is at most so many items ahead of its client: a client that is busy, as an editor's host may be, else finds all of them before what it asked for later. A short
 * stream has hardly more, and so need not wait for its client between two turns.
 */
export const itemsAhead = 4;

/** The server's way to its client. */
export interface Door {
  readonly post: (message: ToClient) => void;
  /** Lets messages that have arrived be read. */
  readonly pause: () => Promise<void>;
  /** Whether the client wants to know which call is being worked on. */
  readonly announcesTurns?: boolean;
}

/**
 * Serves `api`: the returned function takes each incoming message. Every call is answered, whatever its handler does. A stream
 * gives up its turn after each item, and waits for its client to take them.
 */
export function serve<T extends Api<T>>(
  api: T,
  contract: Contract<T>,
  { post, pause, announcesTurns = false }: Door,
): (message: ToServer) => void {
  const turns = new Turns(pause);
  const running = new Map<number, Flag>();

  const answer = async (call: CallMessage) => {
    const flag: Flag = { aborted: false, taken: 0, wake: () => undefined };
    running.set(call.id, flag);
    try {
      post({ kind: "answer", id: call.id, answer: { ok: await perform(call, flag) } });
    } catch (cause) {
      post({ kind: "answer", id: call.id, answer: { err: toReport(cause) } });
    } finally {
      running.delete(call.id);
    }
  };

  const perform = (call: CallMessage, flag: Flag): Promise<unknown> => {
    const handler = handlerOf(api, contract, call.method);
    const caller = { priority: call.priority, cancellation: flag, taken: 0 };
    const take = <R>(step: () => Promise<R>) =>
      turns.run(caller, () => {
        if (announcesTurns) post({ kind: "turn", id: call.id });
        return step();
      });
    if (contract[call.method as keyof T] === "call")
      return take(async () => handler(...call.args, flag));
    const items = handler(...call.args, flag) as AsyncIterable<unknown>;
    return pump(items, flag, take, (item) => post({ kind: "item", id: call.id, item }));
  };

  return (message) => {
    if (message.kind === "call") return void answer(message);
    const flag = running.get(message.id);
    if (!flag) return;
    if (message.kind === "cancel") flag.aborted = true;
    else flag.taken++;
    flag.wake();
    turns.sweep();
  };
}

function handlerOf<T>(api: T, contract: Contract<T>, method: string): Handler {
  if (!Object.hasOwn(contract, method))
    throw new SightlineError("internal", `There is no method “${method}”; reload the window.`);
  const handler = api[method as keyof T] as Handler;
  return handler.bind(api);
}

async function pump(
  items: AsyncIterable<unknown>,
  flag: Flag,
  take: <R>(step: () => Promise<R>) => Promise<R>,
  send: (item: unknown) => void,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (let sent = 0; ; sent++) {
      while (sent - flag.taken > itemsAhead && !flag.aborted)
        await new Promise<void>((wake) => (flag.wake = wake));
      const { done, value } = await take(() => iterator.next());
      if (done) return;
      if (flag.aborted) throw new CancelledError();
      send(value);
    }
  } finally {
    await iterator.return?.();
  }
}
