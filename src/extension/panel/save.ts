import * as vscode from "vscode";
import type { SaveRequest } from "../../explain/api";
import { SightlineError } from "../../explain/error";
import { fromReport } from "../wire/report";
import type { ExplainPanel } from "./explainPanel";
import { shownRequest } from "./request";

const folderKey = "saveFolder";

/** Writes overlay, map and manifest of what is shown (or of every image) to a folder that the user chooses. */
export async function saveShown(panel: ExplainPanel): Promise<void> {
  const images = await chooseImages(panel);
  const folder = images && (await chooseFolder(panel));
  if (!images || !folder) return;
  const { colourMap, opacity } = panel.choice.look;
  const overlay = { colourMap, opacity };
  const explain = shownRequest(panel.state, images);
  const request = { explain, folder: folder.fsPath, overlay };
  panel.engine.writesTo(folder.fsPath);
  const saved = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: "Sightline: saving",
      cancellable: true,
    },
    (progress, token) => perform(panel, request, progress, token),
  );
  await tellSaved(saved, folder);
}

interface Saved {
  readonly manifest: string;
  readonly files: readonly string[];
}

async function perform(
  { engine }: ExplainPanel,
  request: SaveRequest,
  progress: vscode.Progress<{ message: string }>,
  token: vscode.CancellationToken,
): Promise<Saved> {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  let saved: Saved | undefined;
  for await (const event of engine.interactive.save(request, abort.signal)) {
    if (event.kind === "progress") progress.report({ message: event.text });
    if (event.kind === "failed") throw fromReport(event.error);
    if (event.kind === "saved") saved = event;
  }
  if (saved) return saved;
  throw new SightlineError("engine", "Saving ended without a result; try again.");
}

async function chooseImages({ choice }: ExplainPanel): Promise<readonly string[] | undefined> {
  const { images, image } = choice;
  if (images.length === 1) return images;
  const all = { label: `All ${images.length} images`, images };
  const one = { label: "This image", description: image, images: [image] };
  const picked = await vscode.window.showQuickPick([one, all], { title: "Save Explanation" });
  return picked?.images;
}

async function chooseFolder({ context, choice }: ExplainPanel): Promise<vscode.Uri | undefined> {
  const last = context.workspaceState.get<string>(folderKey);
  const own = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(choice.image))?.uri;
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: "Save Explanation",
      openLabel: "Save Here",
      canSelectFiles: false,
      canSelectFolders: true,
      defaultUri: last === undefined ? own : vscode.Uri.file(last),
    })) ?? [];
  if (folder) await context.workspaceState.update(folderKey, folder.fsPath);
  return folder;
}

async function tellSaved({ files }: Saved, folder: vscode.Uri): Promise<void> {
  const picture = files.find((file) => file.endsWith(".png"));
  const open = "Open Overlay";
  const message = `Sightline saved ${files.length} files in ${folder.fsPath}.`;
  const chosen = await vscode.window.showInformationMessage(message, ...(picture ? [open] : []));
  if (chosen === open && picture)
    await vscode.commands.executeCommand("vscode.open", vscode.Uri.joinPath(folder, picture));
}
