import * as vscode from "vscode";
import type { Services } from "./services";
import { nameOf } from "./wire/fileName";

/** The status-bar item: the model and what runs it; it spins while the engine works. */
export function registerStatusItem(services: Services): vscode.Disposable {
  const { engine, models, panels } = services;
  const item = vscode.window.createStatusBarItem("sightline", vscode.StatusBarAlignment.Right, 100);
  item.name = "Sightline";
  item.command = "sightline.selectModel";
  const update = () => show(item, services);
  update();
  return vscode.Disposable.from(
    item,
    engine.onDidChange(update),
    models.onDidChange(update),
    panels.onDidChange(update),
    vscode.workspace.onDidGrantWorkspaceTrust(update),
  );
}

function show(item: vscode.StatusBarItem, { engine, models, panels }: Services): void {
  const model = models.current;
  const inspection = panels.active?.state.inspection;
  const runtime = inspection?.model === model ? inspection?.runtime : undefined;
  item.text = [
    `$(${engine.busy ? "loading~spin" : "eye"}) ${model ? nameOf(model) : "Select model"}`,
    ...(runtime ? [runtime.description] : []),
  ].join(" · ");
  item.tooltip = [
    model ?? "No model is selected in this workspace.",
    ...(runtime ? [runtime.reason] : []),
    ...restrictions(),
    "Click to select another model.",
  ].join("\n\n");
  item.accessibilityInformation = {
    label: `Sightline: ${model ? `model ${nameOf(model)}` : "no model"}${engine.busy ? ", working" : ""}`,
    role: "button",
  };
  if (model || panels.active) item.show();
  else item.hide();
}

/** What Restricted Mode turns off, said where the user looks. */
export function restrictions(): string[] {
  if (vscode.workspace.isTrusted) return [];
  const named = vscode.workspace.getConfiguration("sightline").get<string>("engine.node");
  const detail = named ? ` (${named})` : "";
  return [
    `Restricted Mode: the setting sightline.engine.node${detail} is not used; the engine runs with the editor's own Node.`,
  ];
}
