import { fork, type ChildProcess } from "node:child_process";
import { describeError, SightlineError } from "../../explain/error";
import { removeHalfWritten } from "../../explain/file/temporary";
import { Client } from "../wire/client";
import type { Api, Contract, Priority, ToClient, ToServer } from "../wire/contract";

/** How the child is started; asked for anew at every start, so that changed settings count. */
export interface Launch {
  readonly module: string;
  /** The Node that runs it; absent = this process's own. */
  readonly node?: string;
  readonly args: readonly string[];
}

/** What the owner of the process hears. */
export interface EngineEvents {
  readonly log: (line: string) => void;
  /** Called once per crash, with what every pending call was rejected with. */
  readonly crashed: (cause: SightlineError) => void;
  readonly changed: () => void;
}

export interface EngineTimes {
  /** How long a cancelled call may hold the child before the child is killed. */
  readonly cancelGrace: number;
  /** How long the child lives without a call and without a holder. */
  readonly idleGrace: number;
}

const defaultTimes: EngineTimes = { cancelGrace: 1000, idleGrace: 60_000 };

/**
 * The engine in a child process. It starts with the first call or {@link EngineProcess.hold}, and after a crash with the next one. A
 * native run blocks the child, so a cancel is a message first; when the child is still at that call after the grace, it is
 * killed and the other calls go to a new one.
 */
export class EngineProcess {
  private child: ChildProcess | undefined;
  private holders = 0;
  private idleTimer: NodeJS.Timeout | undefined;
  /** The call that the child is working on. */
  private current = 0;
  /** Where files are written on behalf of the user. */
  private readonly folders = new Set<string>();
  private readonly cancelTimers = new Map<number, NodeJS.Timeout>();
  private readonly client = new Client((message) => this.post(message));

  constructor(
    private readonly launch: () => Launch,
    private readonly events: EngineEvents,
    private readonly times = defaultTimes,
  ) {}

  get busy(): boolean {
    return !this.client.idle;
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  api<T extends Api<T>>(contract: Contract<T>, priority: Priority = "interactive"): T {
    return this.client.proxy(contract, priority);
  }

  /** Starts the child, and keeps it until the returned handle is disposed. */
  hold(): { dispose(): void } {
    this.holders++;
    this.start();
    let held = true;
    return {
      dispose: () => {
        if (held) this.holders--;
        held = false;
        this.settle();
      },
    };
  }

  /** Names a folder that calls write to: a child that is ended in the middle leaves no half-written file there. */
  writesTo(folder: string): void {
    this.folders.add(folder);
  }

  /** Ends the child and gives its calls to a new one. */
  restart(): void {
    this.stop();
    if (this.busy || this.holders > 0) this.start();
    this.client.resubmit();
  }

  dispose(): void {
    this.stop();
    this.client.reject(new SightlineError("engine", "The engine was closed."));
  }

  private start(): ChildProcess {
    if (this.child) return this.child;
    const { module, node, args } = this.launch();
    const child = fork(module, args, {
      execPath: node ?? process.execPath,
      execArgv: [],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      serialization: "advanced",
      silent: true,
    });
    this.child = child;
    child.on("message", (message) => {
      if (child === this.child) this.receive(message as ToClient);
    });
    child.on("error", (cause) => this.end(child, startFailure(node, cause)));
    child.on("exit", (code, signal) => {
      this.cleanUp(child);
      this.end(child, crash(code, signal));
    });
    child.stdout?.setEncoding("utf8").on("data", this.events.log);
    child.stderr?.setEncoding("utf8").on("data", this.events.log);
    this.events.log(`engine ${child.pid ?? "?"} started with ${node ?? process.execPath}`);
    return child;
  }

  private stop(): void {
    const child = this.child;
    this.forget();
    child?.kill("SIGKILL");
  }

  /** The child is none of ours any more: what it still says or how it ends is not heard. */
  private forget(): void {
    this.child = undefined;
    this.current = 0;
    for (const timer of this.cancelTimers.values()) clearTimeout(timer);
    this.cancelTimers.clear();
  }

  private cleanUp({ pid }: ChildProcess): void {
    for (const folder of this.folders) if (pid) removeHalfWritten(folder, pid);
  }

  private end(child: ChildProcess, cause: SightlineError): void {
    if (child !== this.child) return;
    this.forget();
    this.client.reject(cause);
    this.events.crashed(cause);
    this.events.changed();
  }

  private post(message: ToServer): void {
    if (message.kind === "cancel") return this.cancel(message);
    if (message.kind === "taken") return void this.child?.send(message, () => undefined);
    clearTimeout(this.idleTimer);
    // A send to a child that is just dying fails here; its exit, which follows, rejects the call.
    this.start().send(message, () => undefined);
    this.events.changed();
  }

  private cancel(message: ToServer): void {
    if (!this.child?.connected) return this.settle();
    this.child.send(message, () => undefined);
    const kill = () => {
      this.cancelTimers.delete(message.id);
      if (this.current !== message.id) return;
      this.events.log("a cancelled run did not stop in time; the engine is started anew");
      this.restart();
      this.settle();
    };
    this.cancelTimers.set(message.id, setTimeout(kill, this.times.cancelGrace));
    this.settle();
  }

  private receive(message: ToClient): void {
    if (message.kind === "turn") this.current = message.id;
    if (message.kind === "answer") {
      clearTimeout(this.cancelTimers.get(message.id));
      this.cancelTimers.delete(message.id);
      if (this.current === message.id) this.current = 0;
    }
    this.client.receive(message);
    if (message.kind === "answer") this.settle();
  }

  /** After anything that may have been the last: tells, and lets an unneeded child go after a while. */
  private settle(): void {
    clearTimeout(this.idleTimer);
    this.events.changed();
    if (this.busy || this.holders > 0 || !this.child) return;
    this.idleTimer = setTimeout(() => {
      this.events.log("the engine was idle and is stopped");
      this.stop();
      this.events.changed();
    }, this.times.idleGrace);
    this.idleTimer.unref();
  }
}

function crash(code: number | null, signal: NodeJS.Signals | null): SightlineError {
  const how = signal ? `killed by ${signal}` : `exit status ${code}`;
  return new SightlineError(
    "engine",
    `The engine stopped unexpectedly (${how}); nothing is lost, the next request starts it again.`,
    { how },
  );
}

function startFailure(node: string | undefined, cause: Error): SightlineError {
  const remedy = node
    ? "correct the setting sightline.engine.node"
    : "reload the window, and see the log if it happens again";
  return new SightlineError(
    "engine",
    `The engine could not be started with ${node ?? process.execPath} (${describeError(cause)}); ${remedy}.`,
    { node: node ?? process.execPath },
    { cause },
  );
}
