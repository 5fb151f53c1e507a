import * as vscode from "vscode";
import type { Log } from "./log";
import { settingValue, type SettingKey } from "./settingValue";

/** The user's settings as one complete value. */
export interface Settings {
  /** Threads per run; absent = all physical cores. */
  readonly threads: number | undefined;
  /** Budget for compiled programs, in megabytes. */
  readonly memory: number;
  readonly defaultMethod: string;
  /** 0–1. */
  readonly overlayOpacity: number;
  readonly colourMap: string;
  /** Path of the Node that runs the engine; absent = the editor's own. */
  readonly engineNode: string | undefined;
}

export const section = "sightline";

/** Settings that the engine process is started with: when one changes, it is started anew. */
export const engineSettings = ["threads", "memory", "engine.node"].map(
  (key) => `${section}.${key}`,
);

/** The defaults stand in package.json, so every key has a value; a value that is not allowed is logged. */
export function readSettings(log: Log): Settings {
  const settings = vscode.workspace.getConfiguration();
  const get = <T>(key: string) => {
    const full = `${section}.${key}` as SettingKey;
    return settingValue(full, settings.get(full), (sentence) => log.warn(sentence)) as T;
  };
  return {
    threads: get<number>("threads") || undefined,
    memory: get<number>("memory"),
    defaultMethod: get<string>("defaultMethod"),
    overlayOpacity: get<number>("overlayOpacity") / 100,
    colourMap: get<string>("colourMap"),
    // A program named by a setting runs only where the user trusts the workspace.
    engineNode: (vscode.workspace.isTrusted && get<string>("engine.node")) || undefined,
  };
}
