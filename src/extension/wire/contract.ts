import type { Cancellation } from "../../explain/error";
import type { ErrorReport } from "../../explain/api";

/**
 * What travels between two sides. A side offers an interface of methods that return a promise (answered once) or an async
 * iterable (items, then an answer); everything else is derived from that interface. The last parameter of a method may be
 * a {@link Cancellation}; the parameters before it are required.
 */
export type Api<T> = {
  [K in keyof T]: (...args: never[]) => Promise<unknown> | AsyncIterable<unknown>;
};

/** The part of an interface that exists at run time: which methods there are and how each answers. */
export type Contract<T> = {
  readonly [K in keyof T]-?: T[K] extends (...args: never[]) => AsyncIterable<unknown>
    ? "stream"
    : "call";
};

/** What a person waits for goes before a batch. */
export type Priority = "interactive" | "batch";

export interface CallMessage {
  readonly kind: "call";
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly priority: Priority;
}

export interface CancelMessage {
  readonly kind: "cancel";
  readonly id: number;
}

/** One more item of a stream has been taken by whoever asked for it. */
export interface TakenMessage {
  readonly kind: "taken";
  readonly id: number;
}

export type ToServer = CallMessage | CancelMessage | TakenMessage;

export type Answer = { readonly ok?: unknown } | { readonly err: ErrorReport };

export type ToClient =
  /** The server is now working on this call; everything else waits. */
  | { readonly kind: "turn"; readonly id: number }
  | { readonly kind: "item"; readonly id: number; readonly item: unknown }
  | { readonly kind: "answer"; readonly id: number; readonly answer: Answer };

/** An `AbortSignal`, seen without the DOM. */
export interface Signal extends Cancellation {
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export function isSignal(value: unknown): value is Signal {
  return value !== null && typeof value === "object" && "addEventListener" in value;
}

export function isForServer(message: ToServer | ToClient): message is ToServer {
  return message.kind === "call" || message.kind === "cancel" || message.kind === "taken";
}
