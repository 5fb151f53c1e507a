/**
 * Typed errors. Every message is one sentence that names the offending thing and says what to do; `data` carries the
 * values for code that reacts to them. They cross process borders as `{ code, message, data }`.
 */
export type ErrorCode =
  | "format" // a file is not what it claims to be, or is damaged
  | "unsupportedOp" // an operator that Sightline has no implementation for
  | "graph" // a graph breaks one of its invariants
  | "image" // an image that cannot be decoded
  | "profile" // a model profile or a labels file that is wrong
  | "input" // a request that does not fit the model
  | "method" // a method that does not apply to the model
  | "runtime" // no runtime can run the graph, or the runtime failed
  | "file" // the disk said no
  | "usage" // the command line was used wrongly
  | "cancelled"
  | "engine" // the engine process ended
  | "internal";

export type ErrorData = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export class SightlineError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly data: ErrorData = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = "SightlineError";
  }
}

/** A file that cannot be read as the format it should have. `remedy` completes the sentence: what to do. */
export class FormatError extends SightlineError {
  constructor(file: string, problem: string, remedy: string, options?: { cause?: unknown }) {
    super("format", `${file}: ${problem}; ${remedy}.`, { file, problem, remedy }, options);
  }
}

/** An operator without an implementation: names the operator, the node and, once known, the model file, and what to do. */
export class UnsupportedOpError extends SightlineError {
  constructor(
    op: string,
    node: string,
    file: string,
    detail = "is not supported",
    remedy = "replace it by supported operators before exporting (docs/operators.md lists them), or report it so that it can be added",
  ) {
    super("unsupportedOp", `${file}: operator ${op} (node “${node}”) ${detail}; ${remedy}.`, {
      op,
      node,
      file,
    });
  }
}

/** A graph that breaks an invariant; `where` is a node or value name. */
export class GraphError extends SightlineError {
  constructor(where: string, problem: string, options?: { cause?: unknown }) {
    super("graph", `“${where}”: ${problem}.`, { where, problem }, options);
  }
}

/** Work that ended because the caller asked for it. */
export class CancelledError extends SightlineError {
  constructor() {
    super("cancelled", "Cancelled.");
  }
}

/** What can tell running work to stop: an `AbortSignal`, seen without the DOM. */
export interface Cancellation {
  readonly aborted: boolean;
}

/** Throws {@link CancelledError} when the caller has given up. */
export function checkCancelled(signal: Cancellation | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}

/** The one sentence a user reads for any thrown value. */
export function describeError(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** An error on its way across a border, as plain data. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly data: ErrorData;
}

export function errorReport(cause: unknown): ErrorReport {
  const { code, data } =
    cause instanceof SightlineError ? cause : { code: "internal" as const, data: {} };
  return { code, message: describeError(cause), data };
}
