import { expect, test } from "vitest";
import { Programs } from "../../../src/explain/runtime/programs";
import type { Program } from "../../../src/explain/runtime/runtime";

/** A program of `bytes` whose runs end when told, and which knows whether it was disposed of while one was going on. */
class Probe implements Program {
  compiled = 0;
  running = 0;
  disposed = 0;
  disposedWhileRunning = false;
  private ends: (() => void)[] = [];

  constructor(readonly bytes: number) {}

  readonly compile = (): Promise<Program> => {
    this.compiled++;
    return Promise.resolve(this);
  };

  async run() {
    this.running++;
    await new Promise<void>((end) => this.ends.push(end));
    this.running--;
    return {};
  }

  dispose() {
    this.disposed++;
    this.disposedWhileRunning ||= this.running > 0;
    return Promise.resolve();
  }

  async end() {
    await settle();
    this.ends.shift()!();
    await settle();
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("equal requests compile once, also at the same time", async () => {
  const programs = new Programs(100);
  const probe = new Probe(10);
  await Promise.all([programs.get("a", probe.compile), programs.get("a", probe.compile)]);
  await programs.get("a", probe.compile);
  expect(probe.compiled).toBe(1);
  expect(programs.bytes).toBe(10);
});

test("what was not used for the longest time goes first", async () => {
  const programs = new Programs(100);
  const [a, b, c] = [new Probe(40), new Probe(40), new Probe(40)];
  await programs.get("a", a.compile);
  await programs.get("b", b.compile);
  await programs.get("a", a.compile);
  await programs.get("c", c.compile);
  await settle();
  expect([a.disposed, b.disposed, c.disposed]).toEqual([0, 1, 0]);
  expect(programs.bytes).toBe(80);
});

test("a program beyond the budget stays while it is the newest", async () => {
  const programs = new Programs(100);
  const [big, small] = [new Probe(500), new Probe(1)];
  await programs.get("big", big.compile);
  expect(big.disposed).toBe(0);
  await programs.get("small", small.compile);
  await settle();
  expect(big.disposed).toBe(1);
});

test("a program is disposed of once, after its last run", async () => {
  const programs = new Programs(100);
  const probe = new Probe(40);
  const program = await programs.get("a", probe.compile);
  const runs = [program.run({}), program.run({})];
  await settle();
  programs.drop(() => true);
  await probe.end();
  expect(probe.disposed).toBe(0);
  await probe.end();
  await Promise.all(runs);
  expect(probe).toMatchObject({ disposed: 1, disposedWhileRunning: false });
});

test("a program that was dropped before its run is compiled again", async () => {
  const programs = new Programs(100);
  const probe = new Probe(40);
  const program = await programs.get("a", probe.compile);
  programs.drop((key) => key === "a");
  await settle();
  expect(probe.disposed).toBe(1);
  const run = program.run({});
  await probe.end();
  expect(await run).toEqual({});
  expect(probe).toMatchObject({ compiled: 2, disposedWhileRunning: false });
});

test("drop leaves the programs whose key does not match", async () => {
  const programs = new Programs(100);
  const [a, b] = [new Probe(1), new Probe(1)];
  await programs.get("model 1|a", a.compile);
  await programs.get("model 2|b", b.compile);
  programs.drop((key) => key.startsWith("model 1|"));
  await settle();
  expect([a.disposed, b.disposed]).toEqual([1, 0]);
});

test("a compilation that failed is tried again", async () => {
  const programs = new Programs(100);
  const probe = new Probe(10);
  const fail = () => Promise.reject(new Error("no memory"));
  await expect(programs.get("a", fail)).rejects.toThrow("no memory");
  await programs.get("a", probe.compile);
  expect(probe.compiled).toBe(1);
});
