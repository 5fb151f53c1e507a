import { dirname } from "node:path";
import * as vscode from "vscode";
import { formatAge, formatSize, kindOf, modelKinds } from "../modelFile";
import type { FoundModel } from "../models";
import type { Command, Services } from "../services";
import { nameOf } from "../wire/fileName";

interface ModelItem extends vscode.QuickPickItem {
  /** Absent for “Browse…”. */
  readonly path?: string;
}

/** Lets the user pick the model of this workspace, those near an image first; resolves to its path. */
export const selectModel: Command = {
  id: "sightline.selectModel",
  async run(services, near): Promise<string | undefined> {
    const path = await pickModel(services, typeof near === "string" ? near : undefined);
    if (path !== undefined) await services.models.choose(path);
    return path;
  },
};

async function pickModel(
  { models, panels }: Services,
  near: string | undefined,
): Promise<string | undefined> {
  const image = near ?? panels.active?.choice.image;
  const found = models.find(image && dirname(image));
  const picked = await vscode.window.showQuickPick(items(found, models.current), {
    title: "Sightline: Select Model",
    placeHolder: "The image classifier to explain",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked && (picked.path ?? browse());
}

async function items(
  search: Promise<FoundModel[]>,
  current: string | undefined,
): Promise<ModelItem[]> {
  const found = await search;
  const browseItem: ModelItem = {
    label: "$(folder-opened) Browse…",
    detail: found.length === 0 ? "No model file was found in this workspace." : undefined,
    alwaysShow: true,
  };
  return [...found.map((model) => itemOf(model, current)), separator, browseItem];
}

const separator: ModelItem = { label: "", kind: vscode.QuickPickItemKind.Separator };

function itemOf({ path, size, modified }: FoundModel, current: string | undefined): ModelItem {
  const facts = [kindOf(path)?.title, formatSize(size), formatAge(Date.now() - modified)];
  return {
    path,
    label: `${path === current ? "$(check)" : "$(symbol-misc)"} ${nameOf(path)}`,
    description: facts.join(" · "),
    detail: vscode.workspace.asRelativePath(path),
  };
}

async function browse(): Promise<string | undefined> {
  const filters = Object.fromEntries(
    modelKinds.map(({ title, extensions }) => [title, [...extensions]]),
  );
  const chosen = await vscode.window.showOpenDialog({
    title: "Select Model",
    openLabel: "Select Model",
    filters: { ...filters, "All files": ["*"] },
  });
  return chosen?.[0]?.fsPath;
}
