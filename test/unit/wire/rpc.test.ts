import { describe, expect, test } from "vitest";
import { FormatError, type Cancellation } from "../../../src/explain/error";
import type { Contract } from "../../../src/extension/wire/contract";
import { itemsAhead } from "../../../src/extension/wire/server";
import { borders, collect, connect, deferred } from "./loopback";

interface Numbers {
  double(x: Float32Array): Promise<Float32Array>;
  count(to: number, signal?: Cancellation): AsyncIterable<number>;
  fail(file: string): Promise<never>;
  function(): Promise<unknown>;
  nothing(): Promise<void>;
  wait(name: string, signal?: Cancellation): Promise<string>;
}

const contract: Contract<Numbers> = {
  double: "call",
  count: "stream",
  fail: "call",
  function: "call",
  nothing: "call",
  wait: "call",
};

function numbers(border?: Parameters<typeof connect>[2]) {
  const log: string[] = [];
  const gates = new Map<string, ReturnType<typeof deferred<void>>>();
  const gate = (name: string) => {
    if (!gates.has(name)) gates.set(name, deferred<void>());
    return gates.get(name)!;
  };
  const api: Numbers = {
    double: async (x) => x.map((v) => v * 2),
    async *count(to, signal) {
      try {
        for (let i = 0; i < to; i++) {
          log.push(`count ${i}${signal?.aborted ? " aborted" : ""}`);
          yield i;
        }
      } finally {
        log.push("count ended");
      }
    },
    async fail(file) {
      throw new FormatError(file, "it is empty", "export it again");
    },
    function: async () => () => 1,
    nothing: async () => undefined,
    async wait(name, signal) {
      log.push(`${name} begins`);
      await gate(name).promise;
      return signal?.aborted ? "aborted" : name;
    },
  };
  return { log, gate, ...connect(api, contract, border) };
}

const settle = () => new Promise((done) => setTimeout(done, 20));

describe("calls", () => {
  test("typed arrays arrive as typed arrays", async () => {
    const { proxy } = numbers();
    expect(await proxy.double(Float32Array.of(1, -2))).toEqual(Float32Array.of(2, -4));
  });

  test("an error arrives with its code, its sentence and its data", async () => {
    const { proxy } = numbers();
    await expect(proxy.fail("a.onnx")).rejects.toMatchObject({
      name: "SightlineError",
      code: "format",
      message: "a.onnx: it is empty; export it again.",
      data: { file: "a.onnx", problem: "it is empty" },
    });
  });

  test.each(Object.entries(borders))(
    "no result is a result, at the border to a %s",
    async (_, border) => {
      expect(await numbers(border).proxy.nothing()).toBeUndefined();
    },
  );

  test("a result that cannot be copied is answered with an error", async () => {
    const { proxy } = numbers();
    await expect(proxy.function()).rejects.toMatchObject({ code: "internal" });
  });

  test("an unknown method is answered with an error", async () => {
    const { client } = numbers();
    const wrong = client.proxy<{ unknown(): Promise<void> }>({ unknown: "call" });
    await expect(wrong.unknown()).rejects.toThrow("There is no method “unknown”");
  });

  test("methods of Object.prototype are not methods of the contract", async () => {
    const { client } = numbers();
    const wrong = client.proxy<{ toString(): Promise<string> }>({ toString: "call" });
    await expect(wrong.toString()).rejects.toThrow("There is no method");
  });
});

describe("streams", () => {
  test("items arrive in order, then the end", async () => {
    const { proxy } = numbers();
    expect(await collect(proxy.count(4))).toEqual([0, 1, 2, 3]);
  });

  test("nothing is asked before the first item is wanted", async () => {
    const { proxy, traffic } = numbers();
    proxy.count(1);
    await settle();
    expect(traffic).toEqual([]);
  });

  test("leaving the loop cancels the call and ends the server's generator", async () => {
    const { proxy, log, traffic } = numbers();
    for await (const item of proxy.count(1000)) if (item === 2) break;
    await settle();
    expect(log.at(-1)).toBe("count ended");
    expect(log.length).toBeLessThan(20);
    expect(traffic.filter(({ kind }) => kind === "cancel")).toHaveLength(1);
  });
});

describe("cancelling", () => {
  test("the caller is free at once, though the server is still at work", async () => {
    const { proxy, gate } = numbers();
    const abort = new AbortController();
    const call = proxy.wait("a", abort.signal);
    await settle();
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: "cancelled" });
    gate("a").resolve();
  });

  test("the server's handler sees it", async () => {
    const { proxy, gate, traffic } = numbers();
    const abort = new AbortController();
    const call = proxy.wait("a", abort.signal).catch(() => undefined);
    await settle();
    abort.abort();
    await settle();
    gate("a").resolve();
    await call;
    await settle();
    expect(traffic.at(-1)).toMatchObject({ kind: "answer", answer: { ok: "aborted" } });
  });

  test("a call that waits for its turn is answered without ever beginning", async () => {
    const { proxy, gate, log, traffic } = numbers();
    const abort = new AbortController();
    const first = proxy.wait("first");
    const second = proxy.wait("second", abort.signal);
    await settle();
    abort.abort();
    await expect(second).rejects.toMatchObject({ code: "cancelled" });
    await settle();
    expect(traffic.at(-1)).toMatchObject({ kind: "answer", id: 2 });
    gate("first").resolve();
    expect(await first).toBe("first");
    expect(log).toEqual(["first begins"]);
  });

  test("a signal that is already aborted sends nothing", async () => {
    const { proxy, traffic } = numbers();
    await expect(proxy.wait("a", AbortSignal.abort())).rejects.toMatchObject({ code: "cancelled" });
    await expect(collect(proxy.count(2, AbortSignal.abort()))).rejects.toThrow("Cancelled");
    expect(traffic).toEqual([]);
  });
});

describe("priorities", () => {
  test("an interactive call goes before the rest of a batch", async () => {
    const { proxy, batch } = numbers();
    const order: string[] = [];
    const rest = collect(batch.count(50)).then(() => order.push("batch"));
    await new Promise((done) => setImmediate(done));
    await proxy.double(Float32Array.of(1)).then(() => order.push("interactive"));
    await rest;
    expect(order).toEqual(["interactive", "batch"]);
  });

  test("equals go in order of arrival", async () => {
    const { proxy, gate, log } = numbers();
    const calls = ["a", "b", "c"].map((name) => proxy.wait(name));
    for (const name of ["c", "b", "a"]) gate(name).resolve();
    await Promise.all(calls);
    expect(log).toEqual(["a begins", "b begins", "c begins"]);
  });
});

describe("when the server is gone", () => {
  test("every pending call and stream ends with the cause", async () => {
    const { client, proxy } = numbers();
    const call = proxy.wait("a");
    const stream = collect(proxy.count(1e6));
    await settle();
    client.reject(new Error("the engine was killed"));
    await expect(call).rejects.toThrow("the engine was killed");
    await expect(stream).rejects.toThrow("the engine was killed");
    expect(client.idle).toBe(true);
  });

  test("calls sent again get their answer from the next server", async () => {
    const { client, proxy, gate, log } = numbers();
    const call = proxy.wait("a");
    await settle();
    client.resubmit();
    gate("a").resolve();
    expect(await call).toBe("a");
    await settle();
    expect(log).toEqual(["a begins", "a begins"]);
  });
});

describe("a client that is slow", () => {
  test("is a few items behind at most, and gets all of them", async () => {
    const { proxy, log } = numbers();
    const items = proxy.count(itemsAhead + 4)[Symbol.asyncIterator]();
    const begun = [];
    for (let i = 0; i < itemsAhead + 4; i++) {
      expect((await items.next()).value).toBe(i);
      await settle();
      begun.push(log.length);
    }
    expect(begun.slice(0, 4)).toEqual([1, 2, 3, 4].map((taken) => itemsAhead + taken));
    expect((await items.next()).done).toBe(true);
    expect(log.at(-1)).toBe("count ended");
  });

  test("that gives up ends the stream that waits for it", async () => {
    const { proxy, log } = numbers();
    const abort = new AbortController();
    const items = proxy.count(99, abort.signal)[Symbol.asyncIterator]();
    await items.next();
    await settle();
    abort.abort();
    await settle();
    expect(log).toHaveLength(itemsAhead + 2);
    expect(log.at(-1)).toBe("count ended");
  });
});
