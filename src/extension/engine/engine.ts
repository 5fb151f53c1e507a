import * as vscode from "vscode";
import type { Log } from "../log";
import { engineSettings, readSettings } from "../settings";
import { engineContract, type EngineApi } from "../wire/engineApi";
import type { EngineOptions } from "./options";
import { EngineProcess } from "./process";

/** The engine as the editor uses it: started with the user's settings, its crashes told. */
export class Engine implements vscode.Disposable {
  private readonly change = new vscode.EventEmitter<void>();
  /** It began or ended work, started or stopped. */
  readonly onDidChange = this.change.event;
  private readonly process: EngineProcess;
  private readonly subscriptions: vscode.Disposable[];
  readonly interactive: EngineApi;
  readonly batch: EngineApi;

  constructor(context: vscode.ExtensionContext, log: Log) {
    const module = context.asAbsolutePath("dist/engine.js");
    this.process = new EngineProcess(
      () => {
        const { threads, memory, engineNode } = readSettings(log);
        const options: EngineOptions = { threads, memory };
        return { module, node: engineNode, args: [JSON.stringify(options)] };
      },
      {
        log: (line) => log.info(line),
        crashed: (cause) => void log.tell(cause),
        changed: () => this.change.fire(),
      },
    );
    this.interactive = this.process.api(engineContract, "interactive");
    this.batch = this.process.api(engineContract, "batch");
    this.subscriptions = [
      this.change,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (engineSettings.some((key) => event.affectsConfiguration(key))) this.restart();
      }),
    ];
  }

  get busy(): boolean {
    return this.process.busy;
  }

  hold(): vscode.Disposable {
    return this.process.hold();
  }

  /** To be called before a request that writes to a folder of the user. */
  writesTo(folder: string): void {
    this.process.writesTo(folder);
  }

  /** Pending requests go to the new process. */
  restart(): void {
    this.process.restart();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.process.dispose();
  }
}
