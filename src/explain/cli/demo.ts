import { spawn } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { SightlineError } from "../error";
import { packageFolder } from "../node";
import type { Command } from "./command";
import { explain } from "./explain";
import { print } from "./output";

export const demo: Command = {
  name: "demo",
  title: "Explains the demo's images with the demo's model, then opens its workspace in VS Code.",
  synopsis: "sightline demo",
  options: {},
  async run(_args, signal) {
    const workspace = join(packageFolder, "media", "demo");
    const model = join(workspace, "model.onnx");
    if (!existsSync(model)) {
      throw new SightlineError(
        "file",
        `${model}: the demo is not here; clone the repository anew.`,
        { file: model },
      );
    }
    const out = join(packageFolder, "out", "demo");
    const status = await explain.run(
      ["--model", model, "--out", out, join(workspace, "images")],
      signal,
    );
    print(`${openWorkspace(workspace)}\n`);
    return status;
  },
};

/** Opens the workspace with the extension loaded where an editor can show itself; says in one line what happened or how to. */
function openWorkspace(workspace: string): string {
  const shown = relative(process.cwd(), workspace) || ".";
  const code = onPath(process.platform === "win32" ? "code.cmd" : "code");
  if (code && hasDisplay()) {
    const args = [`--extensionDevelopmentPath=${packageFolder}`, workspace];
    spawn(code, args, {
      detached: true,
      stdio: "ignore",
      shell: process.platform === "win32",
    }).unref();
    return `VS Code opens ${shown} with Sightline loaded: right-click an image → Explain Prediction.`;
  }
  return (
    `To look at it in an editor: code --extensionDevelopmentPath="${packageFolder}" ${shown}` +
    " (desktop VS Code), or npm run start:web (VS Code in the browser, set up from npm)."
  );
}

function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return process.platform !== "linux" || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/** The first program of this name on PATH. */
function onPath(name: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
