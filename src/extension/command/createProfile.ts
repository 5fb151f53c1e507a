import { dirname } from "node:path";
import * as vscode from "vscode";
import type { ModelRequest } from "../../explain/api";
import { SightlineError } from "../../explain/error";
import { mostTrialImages } from "../../explain/profile/trial";
import { imageExtensions } from "../../explain/picture/imageName";
import { globFor } from "../modelFile";
import type { Command, Services } from "../services";
import { selectModel } from "./selectModel";

/**
 * Writes `<model>.sightline.json` from what was found and guessed, and opens it. The panel's button names its model, images and output;
 * from the palette it is the workspace's.
 */
export const createProfile: Command = {
  id: "sightline.createProfile",
  async run(services, givenModel, givenImages, givenOutput) {
    const model = typeof givenModel === "string" ? givenModel : await workspaceModel(services);
    if (model === undefined) return;
    const images = Array.isArray(givenImages) ? givenImages : await workspaceImages(services);
    const output = typeof givenOutput === "string" ? givenOutput : undefined;
    const profile = await create(services, { model, trialImages: images, output });
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
  request: ModelRequest,
): Promise<string | undefined> {
  engine.writesTo(dirname(request.model));
  try {
    return await engine.interactive.createProfile(request);
  } catch (cause) {
    const file = cause instanceof SightlineError && cause.code === "profile" && cause.data["file"];
    if (typeof file !== "string") throw cause;
    const open = "Open Profile";
    return (await log.tell(cause, open)) === open ? file : undefined;
  }
}
