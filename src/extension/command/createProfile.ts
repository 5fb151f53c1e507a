import * as vscode from "vscode";
import { SightlineError } from "../../explain/error";
import { siblingImages } from "../panel/siblings";
import type { Command, Services } from "../services";
import { selectModel } from "./selectModel";

/** Writes `<model>.sightline.json` from what was found and guessed, and opens it. */
export const createProfile: Command = {
  id: "sightline.createProfile",
  async run(services, model, images) {
    const path = (model as string | undefined) ?? services.models.current ?? (await pick(services));
    if (path === undefined) return;
    const trialImages = Array.isArray(images) ? images : await workspaceImages(services);
    const profile = await create(services, path, trialImages);
    await vscode.window.showTextDocument(vscode.Uri.file(profile));
  },
};

function pick(services: Services): Promise<string | undefined> {
  return selectModel.run(services) as Promise<string | undefined>;
}

/** Images for the trial of a guessed preprocessing: those of an open panel. */
async function workspaceImages({ panels }: Services): Promise<readonly string[]> {
  const images = panels.active?.choice.images ?? [];
  return siblingImages(images);
}

async function create(
  { engine }: Services,
  model: string,
  trialImages: readonly string[],
): Promise<string> {
  try {
    return await engine.interactive.createProfile({ model, trialImages });
  } catch (cause) {
    const existing = cause instanceof SightlineError ? cause.data["existing"] : undefined;
    if (typeof existing === "string") return existing;
    throw cause;
  }
}
