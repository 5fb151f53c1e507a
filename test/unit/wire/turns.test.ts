import { describe, expect, test } from "vitest";
import type { Cancellation } from "../../../src/explain/error";
import type { Contract } from "../../../src/extension/wire/contract";
import { collect, connect } from "./loopback";

/** Streams whose every item blocks the process, as native runs do. */
interface Studio {
  paint(name: string, items: number, signal?: Cancellation): AsyncIterable<string>;
}

const contract: Contract<Studio> = { paint: "stream" };
/** Milliseconds that an item takes. */
const stroke = 4;

function studio() {
  const strokes: string[] = [];
  const api: Studio = {
    async *paint(name, items, signal) {
      for (let i = 0; i < items && !signal?.aborted; i++) {
        const until = performance.now() + stroke;
        while (performance.now() < until);
        strokes.push(name);
        yield `${name} ${i}`;
      }
    },
  };
  return { strokes, ...connect(api, contract) };
}

/** Begins a stream and resolves when it has brought `items`; `rest` resolves to all of them at its end. */
async function begun(stream: AsyncIterable<string>, items: number) {
  const all: string[] = [];
  let enough = () => {};
  const reached = new Promise<void>((done) => (enough = done));
  const rest = (async () => {
    for await (const item of stream) if (all.push(item) === items) enough();
    return all;
  })();
  await reached;
  return { rest };
}

describe("a call during a long stream", () => {
  test("has its turn between two items, and all of its turns before the stream goes on", async () => {
    const { proxy, strokes } = studio();
    const long = await begun(proxy.paint("long", 60), 10);
    const before = strokes.length;
    expect(await collect(proxy.paint("short", 6))).toHaveLength(6);
    const meanwhile = strokes.slice(before);
    // What was under way or next in line when the call arrived.
    expect(meanwhile.filter((name) => name === "long").length).toBeLessThanOrEqual(3);
    const [first, last] = [meanwhile.indexOf("short"), meanwhile.lastIndexOf("short")];
    expect(meanwhile.slice(first, last + 1)).toEqual(new Array(6).fill("short"));
    expect(await long.rest).toHaveLength(60);
  });

  test("comes before it, whichever of them is in the background", async () => {
    const { batch, proxy, strokes } = studio();
    const short = await begun(batch.paint("background", 8), 1);
    const before = strokes.length;
    await collect(proxy.paint("urgent", 20));
    const meanwhile = strokes.slice(before);
    expect(meanwhile.filter((name) => name === "background").length).toBeLessThanOrEqual(2);
    expect(await short.rest).toHaveLength(8);
  });

  test("two long streams of one age share the time", async () => {
    const { proxy, strokes } = studio();
    await Promise.all([collect(proxy.paint("a", 30)), collect(proxy.paint("b", 30))]);
    const half = strokes.slice(0, 30).filter((name) => name === "a").length;
    expect(half).toBeGreaterThan(8);
    expect(half).toBeLessThan(22);
  });

  test("a stream that is cancelled keeps the items that it had brought, and holds up nobody", async () => {
    const { proxy, strokes } = studio();
    const abort = new AbortController();
    const items: string[] = [];
    const stream = proxy.paint("long", 1000, abort.signal);
    const end = (async () => {
      for await (const item of stream) if (items.push(item) === 5) abort.abort();
    })();
    await expect(end).rejects.toMatchObject({ code: "cancelled" });
    expect(items.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((i) => `long ${i}`));
    await collect(proxy.paint("next", 1));
    expect(strokes.filter((name) => name === "long").length).toBeLessThan(15);
  });
});
