import { buildSync } from "esbuild";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { EngineProcess, type Launch } from "../../../src/extension/engine/process";
import { laboratory, type Laboratory } from "./child";
import { collect } from "./loopback";

const folder = mkdtempSync(join(tmpdir(), "sightline-process-"));
const module = join(folder, "child.js");
buildSync({
  entryPoints: [join(import.meta.dirname, "child.ts")],
  outfile: module,
  bundle: true,
  platform: "node",
});
afterAll(() => rmSync(folder, { recursive: true }));

const engines: EngineProcess[] = [];
afterEach(() => engines.splice(0).forEach((engine) => engine.dispose()));

function start(times = { cancelGrace: 300, idleGrace: 60_000 }, launch: Partial<Launch> = {}) {
  const crashes: string[] = [];
  const log: string[] = [];
  const engine = new EngineProcess(
    () => ({ module, args: [], ...launch }),
    {
      log: (line) => log.push(line),
      crashed: ({ message }) => crashes.push(message),
      changed: () => undefined,
    },
    times,
  );
  engines.push(engine);
  const api = engine.api<Laboratory>(laboratory);
  return { engine, api, batch: engine.api<Laboratory>(laboratory, "batch"), crashes, log };
}

const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("the engine process", () => {
  test("does not start before it is needed", async () => {
    const { engine, api } = start();
    expect(engine.pid).toBeUndefined();
    expect(await api.pid()).toBe(engine.pid);
  });

  test("carries typed arrays of every kind, NaN and infinities included", async () => {
    const { api } = start();
    const value = { map: Float32Array.of(1, NaN, -Infinity), bytes: Uint8Array.of(1, 2, 255) };
    const echoed = await api.echo(value);
    expect(echoed.map).toEqual(value.map);
    expect([...echoed.bytes]).toEqual([1, 2, 255]);
  });

  test("keeps the order of urgency between two streams", async () => {
    const { api, batch } = start();
    const answers: string[] = [];
    // It would count for a quarter of an hour: what waits for its end is never answered.
    for await (const item of batch.count(1e6, 1)) {
      if (item === 0) void api.echo("urgent").then((answer) => answers.push(answer));
      if (answers.length > 0) break;
    }
    expect(answers).toEqual(["urgent"]);
  });
});

describe("a crash", () => {
  test("rejects everything pending with one sentence that says how, and the next call works", async () => {
    const { engine, api, crashes } = start();
    const before = await api.pid();
    const calls = [api.sleep(60_000), collect(api.count(1e6, 1)), api.echo(2)];
    await sleep(50);
    process.kill(before, "SIGKILL");
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({
        status: "rejected",
        reason: {
          code: "engine",
          message:
            "The engine stopped unexpectedly (killed by SIGKILL); nothing is lost, the next request starts it again.",
        },
      });
    expect(crashes).toHaveLength(1);
    expect(engine.pid).toBeUndefined();
    expect(await api.echo("again")).toBe("again");
    expect(await api.pid()).not.toBe(before);
  });

  test("by exit status is told with the status", async () => {
    const { api } = start();
    await expect(api.die(134)).rejects.toThrow("exit status 134");
  });

  test("of a Node that is not there names the setting", async () => {
    const { api, crashes } = start(undefined, { node: "/nowhere/node" });
    await expect(api.echo(1)).rejects.toThrow(/\/nowhere\/node .*sightline\.engine\.node/);
    expect(crashes).toHaveLength(1);
  });
});

describe("a cancel", () => {
  test("is answered at once and kills a child that stays blocked; the rest is done by a new one", async () => {
    const { engine, api } = start({ cancelGrace: 2000, idleGrace: 60_000 });
    const before = await api.pid();
    const abort = new AbortController();
    // Longer than the test may take.
    const run = api.block(600_000, abort.signal);
    await sleep(50);
    const waiting = api.echo("rest");
    abort.abort();
    await expect(run).rejects.toMatchObject({ code: "cancelled" });
    expect(isAlive(before)).toBe(true);
    expect(await waiting).toBe("rest");
    expect(isAlive(before)).toBe(false);
    expect(engine.pid).not.toBe(before);
  });

  test("that the child obeys leaves the child alive", async () => {
    const { api } = start();
    const before = await api.pid();
    for await (const item of api.count(1e6, 5)) if (item === 3) break;
    await sleep(500);
    expect(await api.pid()).toBe(before);
  });

  test("of a call that waits behind a long run does not disturb the run", async () => {
    const { api } = start();
    const before = await api.pid();
    const run = api.block(800);
    await sleep(30);
    const abort = new AbortController();
    const waiting = collect(api.count(3, 1, abort.signal));
    await sleep(30);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
    expect(await run).toBe("blocked");
    expect(await api.pid()).toBe(before);
  });
});

describe("the child's life", () => {
  test("ends after the grace when nobody needs it, and begins again with the next call", async () => {
    const { engine, api } = start({ cancelGrace: 300, idleGrace: 100 });
    const before = await api.pid();
    await sleep(400);
    expect(engine.pid).toBeUndefined();
    expect(isAlive(before)).toBe(false);
    expect(await api.pid()).not.toBe(before);
  });

  test("goes on while somebody holds it", async () => {
    const { engine, api } = start({ cancelGrace: 300, idleGrace: 100 });
    const handle = engine.hold();
    const before = await api.pid();
    await sleep(300);
    expect(engine.pid).toBe(before);
    handle.dispose();
    await sleep(400);
    expect(engine.pid).toBeUndefined();
  });

  test("a restart loses no call", async () => {
    const { engine, api, crashes } = start();
    const before = await api.pid();
    const call = api.sleep(100);
    const counting = collect(api.count(3, 20));
    await sleep(20);
    engine.restart();
    expect(await call).toBe("slept");
    expect((await counting).slice(-3)).toEqual([0, 1, 2]);
    expect(await api.pid()).not.toBe(before);
    expect(crashes).toEqual([]);
  });

  test("an answer of the old child that comes after a restart is not heard", async () => {
    const { engine, api } = start();
    const before = await api.pid();
    const call = api.pid();
    // The child answers while this process does not listen.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    engine.restart();
    expect(await call).not.toBe(before);
  });

  test("that is ended while it writes leaves no half-written file, and only its own are removed", async () => {
    const { engine, api } = start();
    engine.writesTo(folder);
    const pid = await api.pid();
    const [half, whole, foreign] = [`.a.png.${pid}-3.tmp`, "a.png", `.a.png.${pid}1-3.tmp`].map(
      (name) => join(folder, name),
    ) as [string, string, string];
    for (const path of [half, whole, foreign]) writeFileSync(path, "");
    engine.restart();
    await expect.poll(() => existsSync(half)).toBe(false);
    expect([whole, foreign].every((path) => existsSync(path))).toBe(true);
  });
});
