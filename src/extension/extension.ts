import * as vscode from "vscode";
import { createProfile } from "./command/createProfile";
import { explainPrediction } from "./command/explainPrediction";
import { restartEngine } from "./command/restartEngine";
import { selectModel } from "./command/selectModel";
import { showLog } from "./command/showLog";
import { Engine } from "./engine/engine";
import { Log } from "./log";
import { Models } from "./models";
import { viewType } from "./panel/explainPanel";
import { Panels } from "./panel/panels";
import type { Command, Services } from "./services";
import { registerStatusItem, restrictions } from "./statusItem";

const commands: readonly Command[] = [
  explainPrediction,
  selectModel,
  createProfile,
  showLog,
  restartEngine,
];

/** Registers; reads nothing and starts nothing. */
export function activate(context: vscode.ExtensionContext): void {
  const begun = performance.now();
  const log = new Log();
  const engine = new Engine(context, log);
  const models = new Models(context.workspaceState);
  const panels = new Panels(context, engine, log);
  const services: Services = { context, log, engine, models, panels };
  context.subscriptions.push(
    panels,
    models,
    engine,
    log,
    ...commands.map((command) => register(command, services)),
    vscode.window.registerWebviewPanelSerializer(viewType, panels),
    models.onDidChange((model) => panels.active?.choose({ model })),
    registerStatusItem(services),
  );
  for (const restriction of restrictions()) log.info(restriction);
  log.info(`activated in ${(performance.now() - begun).toFixed(1)} ms`);
}

/** A command that fails says why. */
function register({ id, run }: Command, services: Services): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: unknown[]) => {
    try {
      return await run(services, ...args);
    } catch (cause) {
      await services.log.tell(cause);
      return undefined;
    }
  });
}
