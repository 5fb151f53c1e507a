import { Client } from "../../../src/extension/wire/client";
import type { Api, Contract, ToClient, ToServer } from "../../../src/extension/wire/contract";
import { serve } from "../../../src/extension/wire/server";

/** A client and a server in one process; messages are copied as a process border would, one macrotask later. */
export function connect<T extends Api<T>>(api: T, contract: Contract<T>) {
  const traffic: (ToServer | ToClient)[] = [];
  const later = <M extends ToServer | ToClient>(receive: (message: M) => void) => {
    return (message: M) => {
      const copy = structuredClone(message);
      traffic.push(copy);
      setImmediate(() => receive(copy));
    };
  };
  const toServer = later<ToServer>((message) => receive(message));
  const client = new Client(toServer);
  const toClient = later<ToClient>((message) => client.receive(message));
  const receive = serve(api, contract, toClient, () => new Promise((done) => setImmediate(done)));
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
