import * as vscode from "vscode";
import { SightlineError } from "../../explain/error";
import { imageExtensions, isImageName } from "../../explain/picture/imageName";
import { globFor } from "../modelFile";
import type { Command, Services } from "../services";
import { selectModel } from "./selectModel";

const mostImages = 200;

/**
 * Opens the panel for the images right-clicked in the explorer, the image of the active preview, or images asked for.
 * `uri` and `uris` come from VS Code's menus.
 */
export const explainPrediction: Command = {
  id: "sightline.explainPrediction",
  async run(services, uri, uris) {
    const images = given(uri, uris) ?? (await askForImages());
    if (!images || images.length === 0) return;
    const paths = fewEnough(images).map(localPath);
    const model = await modelFor(services, paths[0]!);
    if (model !== undefined) services.panels.open(model, paths);
  },
};

function given(uri: unknown, uris: unknown): vscode.Uri[] | undefined {
  if (Array.isArray(uris) && uris.length > 1) return onlyImages(uris as vscode.Uri[]);
  if (uri instanceof vscode.Uri) return [uri];
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const preview = input instanceof vscode.TabInputCustom && isImage(input.uri);
  return preview ? [input.uri] : undefined;
}

/** A selection may hold folders and other files as well. */
function onlyImages(uris: readonly vscode.Uri[]): vscode.Uri[] {
  return uris.filter(isImage);
}

/** A panel keeps every picture and map that it shows. */
function fewEnough(images: readonly vscode.Uri[]): readonly vscode.Uri[] {
  if (images.length <= mostImages) return images;
  throw new SightlineError(
    "input",
    `${images.length} images are too many for one panel; choose at most ${mostImages}.`,
  );
}

function isImage({ path }: vscode.Uri): boolean {
  return isImageName(path);
}

/** The model of this workspace; the only one there is; else the user picks. */
async function modelFor(services: Services, image: string): Promise<string | undefined> {
  const { models } = services;
  if (models.current !== undefined) return models.current;
  const [only, ...others] = await models.find();
  if (!only || others.length > 0)
    return selectModel.run(services, image) as Promise<string | undefined>;
  await models.choose(only.path);
  return only.path;
}

/** Files of virtual workspaces have no path that a process could read. */
function localPath(uri: vscode.Uri): string {
  if (uri.scheme === "file") return uri.fsPath;
  throw new SightlineError(
    "file",
    `${uri.toString(true)} is not on this machine's disk; save the image in a local or remote folder and open that.`,
    { file: uri.toString(true) },
  );
}

async function askForImages(): Promise<vscode.Uri[] | undefined> {
  const found = await vscode.workspace.findFiles(
    globFor(imageExtensions),
    "**/node_modules/**",
    2000,
  );
  const browse = { label: "$(folder-opened) Browse…", uri: undefined, alwaysShow: true };
  const files = found
    .map((uri) => ({ label: `$(file-media) ${vscode.workspace.asRelativePath(uri)}`, uri }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const picked = await vscode.window.showQuickPick([browse, ...files], {
    title: "Sightline: Explain Prediction",
    placeHolder: "The image to explain",
  });
  if (!picked) return undefined;
  return picked.uri ? [picked.uri] : browseForImages();
}

async function browseForImages(): Promise<vscode.Uri[] | undefined> {
  return vscode.window.showOpenDialog({
    title: "Explain Prediction",
    openLabel: "Explain",
    canSelectMany: true,
    filters: { Images: [...imageExtensions] },
  });
}
