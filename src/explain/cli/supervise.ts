import { fork } from "node:child_process";
import { removeHalfWritten } from "../file/temporary";

/**
 * Native runs block their process for as long as they take, so a program that is to end within a second of Ctrl-C needs a second
 * process that hears it: the one that the user started. It passes the cancel on, ends a child that does not answer, and tells
 * a crash in one sentence.
 */

/** How long, in milliseconds, a child may take to end by itself. */
const grace = 800;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Names the process that supervises; a child knows itself by it. */
const mark = "SIGHTLINE_SUPERVISOR";

type ToChild = "cancel";
/** The folder that the child writes to. */
type ToSupervisor = { readonly writes: string };

export function isSupervised(): boolean {
  return process.env[mark] === String(process.ppid) && process.send !== undefined;
}

/** Runs `script` in a child and returns the exit status. */
export function supervise(script: string, args: readonly string[]): Promise<number> {
  const child = fork(script, args, {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, [mark]: String(process.pid) },
  });
  let cancelled = false;
  let folder: string | undefined;
  const cancel = () => {
    if (cancelled) {
      child.kill("SIGKILL");
      return;
    }
    cancelled = true;
    // A child that cannot be told any more has ended already.
    if (child.connected) child.send("cancel" satisfies ToChild, () => undefined);
    setTimeout(() => child.kill("SIGKILL"), grace).unref();
  };
  for (const signal of signals) process.on(signal, cancel);
  child.on("message", (message: ToSupervisor) => (folder = message.writes));
  return new Promise((resolve) => {
    child.once("error", (cause) => {
      process.stderr.write(`Sightline could not start its process (${cause.message}).\n`);
      resolve(1);
    });
    child.once("exit", (code, signal) => {
      if (code === null && folder !== undefined && child.pid) removeHalfWritten(folder, child.pid);
      resolve(code ?? tellEnd(signal ?? "an unknown cause", cancelled));
    });
  });
}

/** One sentence for a child that was ended from outside, and the exit status. */
function tellEnd(signal: string, cancelled: boolean): number {
  if (cancelled) {
    process.stderr.write("Cancelled.\n");
    return 130;
  }
  const why =
    signal === "SIGKILL" || signal === "SIGABRT" ? ", most likely for want of memory" : "";
  process.stderr.write(
    `Sightline was ended by ${signal}${why}; close other programs, or ask for fewer classes at once.\n`,
  );
  return 1;
}

/** In the child: a signal that fires when the user cancels. The child ends with its supervisor. */
export function cancelSignal(): AbortSignal {
  const abort = new AbortController();
  // A terminal sends Ctrl-C to both processes; the supervisor's word counts.
  for (const signal of signals) process.on(signal, () => undefined);
  process.on("message", (message: ToChild) => {
    if (message === "cancel") abort.abort();
  });
  process.on("disconnect", () => process.exit(1));
  process.channel?.unref();
  return abort.signal;
}

/** In the child: tells where half-written files would lie if it were ended. */
export function announceFolder(folder: string): void {
  process.send?.({ writes: folder } satisfies ToSupervisor);
}
