import * as vscode from "vscode";
import type { PanelAction } from "../wire/viewApi";
import { shownClass, shownResult } from "../wire/shown";
import { commandLine } from "./commandLine";
import type { ExplainPanel } from "./explainPanel";
import { saveShown } from "./save";

/** What the buttons of the panel do, one row each. */
export const actions: Readonly<Record<PanelAction, (panel: ExplainPanel) => Promise<void>>> = {
  chooseModel,
  chooseClass,
  createProfile,
  openProfile,
  showLog: async ({ log }) => log.show(),
  save: saveShown,
  copyCommandLine,
  retry: async ({ explainer }) => explainer.retry(),
  cancel: async ({ explainer }) => explainer.cancel(),
};

/** The active panel follows the workspace's model (see `extension.ts`). */
async function chooseModel(): Promise<void> {
  await vscode.commands.executeCommand("sightline.selectModel");
}

async function createProfile({ choice }: ExplainPanel): Promise<void> {
  const { model, images, output } = choice;
  await vscode.commands.executeCommand("sightline.createProfile", model, images, output);
}

/** The file that the failure is about. */
async function openProfile({ state }: ExplainPanel): Promise<void> {
  const file = state.failure?.data["file"];
  if (typeof file === "string") await vscode.window.showTextDocument(vscode.Uri.file(file));
}

async function chooseClass(panel: ExplainPanel): Promise<void> {
  const classes = panel.state.inspection?.classes ?? [];
  const items = classes.map(({ index, label }) => ({
    label: label || `Class ${index}`,
    description: label ? String(index) : undefined,
    index,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: "Explain Another Class",
    placeHolder: "Name or index",
    matchOnDescription: true,
  });
  if (picked) panel.choose({ classIndex: picked.index });
}

async function copyCommandLine({ state }: ExplainPanel): Promise<void> {
  const result = shownResult(state);
  const classIndex = result && shownClass(state.choice, result);
  await vscode.env.clipboard.writeText(commandLine(state.choice, classIndex, process.platform));
  vscode.window.setStatusBarMessage("$(check) Command line copied", 4000);
}
