import type * as vscode from "vscode";
import type { Engine } from "./engine/engine";
import type { Log } from "./log";
import type { Models } from "./models";
import type { Panels } from "./panel/panels";

/** Everything alive in the extension host. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly engine: Engine;
  readonly models: Models;
  readonly panels: Panels;
}

/** One command; `id` stands in package.json too. */
export interface Command {
  readonly id: string;
  run(services: Services, ...args: unknown[]): Promise<unknown>;
}
