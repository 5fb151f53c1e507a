import { spawn } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { SightlineError } from "../error";
import { cacheFolder, packageFolder } from "../node";
import { parse, usageError, type Command } from "./command";
import { explain } from "./explain";
import { print } from "./output";

export const demo: Command = {
  name: "demo",
  title: "Explains the demo's images with the demo's model, then opens its workspace in VS Code.",
  synopsis: "sightline demo",
  options: {},
  async run(args, signal) {
    const [extra] = parse(demo, args).positionals;
    if (extra !== undefined)
      throw usageError(`“${extra}” is left over; sightline demo takes nothing.`);
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
    await openWorkspace(workspace, signal);
    return status;
  },
};

/** Opens the workspace with the extension loaded where an editor is at hand; says in one line what happened or how to. */
async function openWorkspace(workspace: string, signal: AbortSignal): Promise<void> {
  const shown = relative(process.cwd(), workspace) || ".";
  const code = onPath(process.platform === "win32" ? "code.cmd" : "code");
  const web = join(packageFolder, "test", "vscode", "web.mjs");
  if (code && hasDisplay()) {
    const args = [`--extensionDevelopmentPath=${packageFolder}`, workspace];
    // A .cmd file needs a shell, which would take apart what has spaces in it.
    const shell = process.platform === "win32";
    const quoted = (text: string) => (shell ? `"${text}"` : text);
    const how = { detached: true, stdio: "ignore", shell } as const;
    spawn(quoted(code), args.map(quoted), how).unref();
    print(
      `VS Code opens ${shown} with Sightline loaded: right-click an image → Explain Prediction.\n`,
    );
  } else if (process.stdout.isTTY && existsSync(codeServer) && existsSync(web)) {
    const server = spawn(process.execPath, [web], { stdio: "inherit", signal });
    await new Promise((resolve) => server.on("error", resolve).on("exit", resolve));
  } else {
    print(
      `To look at it in an editor: code --extensionDevelopmentPath="${packageFolder}" "${shown}"` +
        " (desktop VS Code), or npm run start:web (VS Code in the browser, set up from npm).\n",
    );
  }
}

/** Where `npm run start:web` sets up VS Code's server (test/vscode/setup.mjs). */
const codeServer = join(cacheFolder, "editor", "code-server");

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
