import { dirname } from "node:path";
import * as vscode from "vscode";
import { SightlineError } from "../../explain/error";
import { mostTrialImages } from "../../explain/model/trial";
import { imageExtensions } from "../../explain/picture/imageName";
import { globFor } from "../modelFile";
import type { Command, Services } from "../services";
import { selectModel } from "./selectModel";

/**
 * Writes `<model>.sightline.json` from what was found and guessed, and opens it. The panel's button names its model and images;
 * from the palette it is the workspace's.
 */
export const createProfile: Command = {
  id: "sightline.createProfile",
  async run(services, givenModel, givenImages) {
    const model = typeof givenModel === "string" ? givenModel : await workspaceModel(services);
    if (model === undefined) return;
    const images = Array.isArray(givenImages) ? givenImages : await workspaceImages(services);
    const profile = await create(services, model, images);
    if (profile !== undefined) await vscode.window.showTextDocument(vscode.Uri.file(profile));
  },
};

async function workspaceModel(services: Services): Promise<string | undefined> {
  const { current } = services.models;
  return current ?? ((await selectModel.run(services)) as string | undefined);
}

async function workspaceImages({ panels }: Services): Promise<readonly string[]> {
  if (panels.active) return panels.active.choice.images;
  const glob = globFor(imageExtensions);
  const found = await vscode.workspace.findFiles(glob, "**/node_modules/**", mostTrialImages);
  return found.map(({ fsPath }) => fsPath);
}

/** A profile that exists, or one that is wrong, is opened instead when the user says so. */
async function create(
  { engine, log }: Services,
  model: string,
  trialImages: readonly string[],
): Promise<string | undefined> {
  engine.writesTo(dirname(model));
  try {
    return await engine.interactive.createProfile({ model, trialImages });
  } catch (cause) {
    const file = cause instanceof SightlineError && cause.code === "profile" && cause.data["file"];
    if (typeof file !== "string") throw cause;
    const open = "Open Profile";
    return (await log.tell(cause, open)) === open ? file : undefined;
  }
}
