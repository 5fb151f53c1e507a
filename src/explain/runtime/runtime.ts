import type { Graph } from "../graph/graph";
import type { Tensor } from "../tensor";

/** Named tensors: the inputs or the outputs of a run. */
export type Tensors = Readonly<Record<string, Tensor>>;

export interface RuntimeOptions {
  /** Threads for one run; `undefined` = all physical cores. */
  readonly threads?: number;
}

/** A compiled graph. */
export interface Program {
  /** Runs the whole graph once. Integer results come back in the element type of the graph's output. */
  run(feeds: Tensors): Promise<Tensors>;
  /** A fair guess of the memory that the program holds, for the cache's budget. */
  readonly bytes: number;
  dispose(): Promise<void>;
}

/** Whether a runtime can be used here, and what it is: shown to the user and written to the manifest. */
export type RuntimeStatus =
  | { readonly available: true; readonly description: string }
  | { readonly available: false; readonly reason: string };

/** One way to run a graph. */
export interface Runtime {
  readonly id: string;
  describe(): Promise<RuntimeStatus>;
  /** Lowers the private operators to what this runtime has, and makes the graph ready to run. */
  compile(graph: Graph, options: RuntimeOptions): Promise<Program>;
}

export interface RuntimeChoice {
  readonly runtime: Runtime;
  /** Why this one, and why none before it, in one sentence. */
  readonly reason: string;
}
