import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Case } from "./case";
import type { Outcome, Way } from "./check";
import type { Message, Task } from "./child";

/** So many that starting costs little, so few that their names fit in an argument on every system. */
const casesOfOneChild = 200;

/**
 * The outcome of every case, by name. They run in child processes: where native code ends one, that case has failed in the way that was
 * told last, and the next child goes on with its other ways.
 */
export async function checkInChildren(
  bundle: string,
  folder: string,
  cases: readonly Case[],
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const crashes = new Map<string, Partial<Record<Way, string>>>();
  for (let left = cases.map(({ name }) => name); left.length > 0;) {
    const names = left.slice(0, casesOfOneChild);
    const task = { folder, cases: names.map((name) => ({ name, known: crashes.get(name) ?? {} })) };
    const crash = await runOneChild(bundle, task, outcomes);
    if (crash) crashes.set(crash.name, { ...crashes.get(crash.name), [crash.way]: crash.how });
    left = left.filter((name) => !outcomes.has(name));
  }
  return outcomes;
}

interface Crash {
  readonly name: string;
  readonly way: Way;
  readonly how: string;
}

/** Throws when a child ends before it has begun. */
async function runOneChild(
  bundle: string,
  task: Task,
  outcomes: Map<string, Outcome>,
): Promise<Crash | undefined> {
  const child = spawn(process.execPath, [bundle, "child", JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<string>((resolve) =>
    child.on("close", (code, signal) => resolve(signal ?? `status ${code}`)),
  );
  let last: { name: string; way: Way } | undefined;
  for await (const line of createInterface(child.stdout)) {
    const message = JSON.parse(line) as Message;
    if ("way" in message) last = message;
    else outcomes.set(message.name, message.outcome);
  }
  const how = await ended;
  if (task.cases.every(({ name }) => outcomes.has(name))) return undefined;
  if (!last || outcomes.has(last.name)) throw new Error(`a child process ended with ${how}`);
  return { ...last, how: `the process ended with ${how}` };
}
