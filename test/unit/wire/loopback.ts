import { Client } from "../../../src/extension/wire/client";
import type { Api, Contract, ToClient, ToServer } from "../../../src/extension/wire/contract";
import { serve } from "../../../src/extension/wire/server";

/** A border between two processes keeps typed arrays; the one to a view drops fields that are undefined. */
export const borders = {
  process: structuredClone<unknown>,
  view: (message: unknown): unknown => JSON.parse(JSON.stringify(message)),
};

/** A client and a server in one process; messages are copied as a border would, one macrotask later. */
export function connect<T extends Api<T>>(
  api: T,
  contract: Contract<T>,
  border: (message: unknown) => unknown = borders.process,
) {
  const traffic: (ToServer | ToClient)[] = [];
  const later = <M extends ToServer | ToClient>(receive: (message: M) => void) => {
    return (message: M) => {
      const copy = border(message) as M;
      traffic.push(copy);
      setImmediate(() => receive(copy));
    };
  };
  const toServer = later<ToServer>((message) => receive(message));
  const client = new Client(toServer);
  const toClient = later<ToClient>((message) => client.receive(message));
  const pause = () => new Promise<void>((done) => setImmediate(done));
  const receive = serve(api, contract, { post: toClient, pause, announcesTurns: true });
  return { client, traffic, proxy: client.proxy(contract), batch: client.proxy(contract, "batch") };
}

/** A promise and its handle. */
export function deferred<T = void>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
