import { dirname, relative, sep } from "node:path";
import * as vscode from "vscode";
import { modelKinds, globFor } from "./modelFile";

const currentKey = "model";
const mostFiles = 500;

/** A model file found in the workspace. */
export interface FoundModel {
  readonly path: string;
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Which model this workspace works with, and which ones it holds. */
export class Models implements vscode.Disposable {
  private readonly change = new vscode.EventEmitter<string | undefined>();
  readonly onDidChange = this.change.event;

  constructor(private readonly memory: vscode.Memento) {}

  /** The model chosen last in this workspace, as absolute path. */
  get current(): string | undefined {
    return this.memory.get<string>(currentKey);
  }

  async choose(path: string): Promise<void> {
    await this.memory.update(currentKey, path);
    this.change.fire(path);
  }

  /** The one nearest to `folder` first, among equals the newest. */
  async find(folder?: string): Promise<FoundModel[]> {
    const glob = globFor(modelKinds.flatMap(({ extensions }) => extensions));
    const files = await vscode.workspace.findFiles(glob, "**/node_modules/**", mostFiles);
    const local = files.filter(({ scheme }) => scheme === "file");
    const found = await Promise.all(local.map(stat));
    const distance = ({ path }: FoundModel) => (folder === undefined ? 0 : steps(path, folder));
    return found
      .filter((model) => model !== undefined)
      .sort((a, b) => distance(a) - distance(b) || b.modified - a.modified);
  }

  dispose(): void {
    this.change.dispose();
  }
}

/** How many folders lie between a file and a folder. */
export function steps(file: string, folder: string): number {
  const way = relative(dirname(file), folder);
  return way === "" ? 0 : way.split(sep).length;
}

async function stat(uri: vscode.Uri): Promise<FoundModel | undefined> {
  try {
    const { size, mtime } = await vscode.workspace.fs.stat(uri);
    return { path: uri.fsPath, size, modified: mtime };
  } catch {
    return undefined; // gone between the search and now
  }
}
