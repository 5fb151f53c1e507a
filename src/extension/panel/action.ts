import * as vscode from "vscode";
import type { PanelAction } from "../wire/viewApi";
import { oneClass, shownResult, shownSet } from "../wire/shown";
import { commandLine } from "./commandLine";
import type { ExplainPanel } from "./explainPanel";
import { shownRequest } from "./request";
import { saveShown } from "./save";

/** What the buttons of the panel do, one row each. */
export const actions: Readonly<Record<PanelAction, (panel: ExplainPanel) => Promise<void>>> = {
  chooseModel,
  chooseClass,
  chooseVersus,
  chooseTogether,
  createProfile,
  openProfile,
  showLog: async ({ log }) => log.show(),
  save: saveShown,
  copyCommandLine,
  retry: async ({ explainer }) => explainer.retry(),
  cancel: async ({ explainer }) => explainer.cancel(),
  goOn: async ({ explainer }) => explainer.goOn(),
  judge: async ({ judging }) => judging.begin(),
  cancelJudging: async ({ judging }) => judging.cancel(),
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

/** One class more where several are explained together. */
async function chooseClass(panel: ExplainPanel): Promise<void> {
  const index = await pickClass(panel, "Explain Another Class");
  if (index === undefined) return;
  const { classes } = panel.choice;
  const together = classes !== "predicted" && classes.length > 1 ? classes : [];
  panel.choose({ classes: [...new Set([...together, index])] });
}

async function chooseTogether(panel: ExplainPanel): Promise<void> {
  const index = await pickClass(panel, "Explain Together with Which Class?");
  const result = shownResult(panel.state);
  if (index === undefined || !result) return;
  const classes = [...new Set([...shownSet(panel.choice, result), index])];
  panel.choose({ classes, versus: "nothing" });
}

async function chooseVersus(panel: ExplainPanel): Promise<void> {
  const index = await pickClass(panel, "Evidence Rather than for Which Class?");
  if (index !== undefined) panel.choose({ ...oneClass(panel.choice), versus: { class: index } });
}

async function pickClass({ state }: ExplainPanel, title: string): Promise<number | undefined> {
  const items = (state.inspection?.classes ?? []).map(({ index, label }) => ({
    label: label || `Class ${index}`,
    description: label ? String(index) : undefined,
    index,
  }));
  const options = { title, placeHolder: "Name or index", matchOnDescription: true };
  return (await vscode.window.showQuickPick(items, options))?.index;
}

async function copyCommandLine({ state }: ExplainPanel): Promise<void> {
  const request = shownRequest(state, [state.choice.image]);
  await vscode.env.clipboard.writeText(commandLine(request, process.platform));
  vscode.window.setStatusBarMessage("$(check) Command line copied", 4000);
}
