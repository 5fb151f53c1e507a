import * as vscode from "vscode";
import type { Command } from "../services";

/** Ends the engine process; what was asked of it goes to a new one. */
export const restartEngine: Command = {
  id: "sightline.restartEngine",
  async run({ engine }) {
    engine.restart();
    vscode.window.setStatusBarMessage("$(check) Sightline's engine was restarted", 4000);
  },
};
