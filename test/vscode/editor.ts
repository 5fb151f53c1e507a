import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import type { EngineOptions } from "../../src/extension/engine/options";
import { launch } from "./launch";
import { root } from "./package.mjs";
import { openPalette } from "./workbench";

/** Where `run.mjs` installed the packaged extension. */
export const extensionsFolder = join(root, "out", "vscode", "extensions");

const failedFolder = join(root, "out", "vscode", "failed");

export interface EditorOptions {
  /** Path in the workspace → the file or folder to copy there. */
  readonly files: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** `false` = the workspace opens in Restricted Mode. */
  readonly trust?: boolean;
}

export interface EngineInfo {
  readonly pid: number;
  /** What it was started with. */
  readonly options: Partial<EngineOptions>;
}

/** A real VS Code with a workspace of its own, and the page that shows it. */
export interface Editor {
  readonly page: Page;
  readonly workspace: string;
  /** Writes the workspace's settings; the editor follows. */
  set(settings: Readonly<Record<string, unknown>>): void;
  /** Everything in the *Sightline* log so far. */
  log(): string;
  /** The running engines. */
  engines(): EngineInfo[];
  /** What the Explain page did against its content security policy. */
  violations(): readonly string[];
  close(): Promise<void>;
}

const quiet = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "telemetry.telemetryLevel": "off",
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "chat.disableAIFeatures": true,
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "files.simpleDialog.enable": true,
};

export async function openEditor(options: EditorOptions): Promise<Editor> {
  const folder = mkdtempSync(join(tmpdir(), "sightline-editor-"));
  const workspace = join(folder, "workspace");
  const userData = join(folder, "user-data");
  for (const [to, from] of Object.entries(options.files))
    cpSync(from, join(workspace, to), { recursive: true });
  write(join(userData, "User", "settings.json"), { ...quiet, ...options.settings });
  const { trust = true } = options;
  const launched = await launch({ userData, extensions: extensionsFolder, workspace, trust });
  const { page } = launched;
  const violations: string[] = [];
  page.on("console", (message) => {
    const own = message.location().url.includes("sightline") || /explain\.js/.test(message.text());
    if (/Content Security Policy/.test(message.text()) && own)
      violations.push(
        `${message.location().url}:${message.location().lineNumber}: ${message.text()}`,
      );
  });
  await page.locator(".explorer-viewlet .monaco-list-row").first().waitFor({ timeout: 60_000 });
  await untilExtensionsAreKnown(page);
  return {
    page,
    workspace,
    set: (settings) => write(join(workspace, ".vscode", "settings.json"), settings),
    log: () => readLogs(join(userData, "logs")),
    violations: () => violations,
    engines: () => engineProcesses(launched.pid),
    async close() {
      await launched.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * An editor for all tests of a file, opened before the first. When a test fails, what the screen and the log showed is kept in
 * `out/vscode/failed`.
 */
export function useEditor(options: () => EditorOptions): () => Editor {
  let editor: Editor | undefined;
  beforeAll(async () => {
    editor = await openEditor(options());
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail" || !editor) return;
    const name = task.name.replaceAll(/[^a-z0-9]+/gi, "-");
    const path = join(failedFolder, name);
    await editor.page.screenshot({ path: `${path}.png` });
    writeFileSync(`${path}.log`, editor.log());
  });
  afterAll(async () => {
    await editor?.close();
  });
  return () => {
    if (!editor) throw new Error("The editor is not open.");
    return editor;
  };
}

/** Before, menus and custom editors lack what extensions contribute. */
async function untilExtensionsAreKnown(page: Page): Promise<void> {
  const row = page.locator(".quick-input-widget .monaco-list-row", { hasText: "Sightline: Show" });
  for (let attempt = 0; attempt < 60; attempt++) {
    await openPalette(page);
    await page.locator(".quick-input-widget input.input").fill(">Sightline: Show Log");
    const known = await row.waitFor({ timeout: 1000 }).then(
      () => true,
      () => false,
    );
    await page.keyboard.press("Escape");
    if (known) return;
  }
  throw new Error("VS Code does not know the extension's commands.");
}

function write(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value, undefined, 2));
}

function readLogs(folder: string): string {
  if (!existsSync(folder)) return "";
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const logs = names.filter((name) => name.endsWith("Sightline.log")).sort();
  return logs.map((name) => readFileSync(join(folder, name), "utf8")).join("");
}

/** Processes that run `dist/engine.js` below `ancestor`. */
function engineProcesses(ancestor: number | undefined): EngineInfo[] {
  const table = execFileSync("ps", ["-eo", "pid=,ppid=,stat=,args="], { encoding: "utf8" });
  const rows = table.split("\n").map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line));
  const processes = rows.flatMap((row) =>
    row ? [{ pid: Number(row[1]), parent: Number(row[2]), state: row[3]!, command: row[4]! }] : [],
  );
  const below = (pid: number): boolean => {
    const parent = processes.find((entry) => entry.pid === pid)?.parent;
    return parent !== undefined && (parent === ancestor || below(parent));
  };
  return processes
    .filter(({ command, state }) => /dist.engine\.js/.test(command) && !state.startsWith("Z"))
    .filter(({ pid }) => below(pid))
    .map(({ pid, command }) => ({ pid, options: JSON.parse(command.slice(command.indexOf("{"))) }));
}
