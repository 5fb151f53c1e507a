import * as vscode from "vscode";
import { describeError, SightlineError } from "../explain/error";

/** The *Sightline* output channel, and the notifications that lead to it. */
export class Log implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel("Sightline", { log: true });

  info(line: string): void {
    this.channel.info(line.trimEnd());
  }

  warn(line: string): void {
    this.channel.warn(line);
  }

  /** Writes the sentence, and the causes behind it: one level lower, unless nobody foresaw the error. */
  error(cause: unknown): void {
    this.channel.error(describeError(cause));
    const known = cause instanceof SightlineError && cause.code !== "internal";
    const trace = cause instanceof SightlineError ? cause.data["trace"] : undefined;
    const stack = trace ?? (cause instanceof Error ? cause.stack : undefined);
    if (stack) this.channel[known ? "debug" : "error"](String(stack));
  }

  /** Writes an error and shows its sentence; `actions` stand before *Show Log*. Resolves to the chosen action. */
  async tell(cause: unknown, ...actions: string[]): Promise<string | undefined> {
    if (cause instanceof SightlineError && cause.code === "cancelled") return undefined;
    this.error(cause);
    const chosen = await vscode.window.showErrorMessage(
      describeError(cause),
      ...actions,
      "Show Log",
    );
    if (chosen === "Show Log") this.show();
    return chosen;
  }

  show(): void {
    this.channel.show(true);
  }

  dispose(): void {
    this.channel.dispose();
  }
}
