import * as vscode from "vscode";
import type { Engine } from "../engine/engine";
import type { Log } from "../log";
import { readSettings } from "../settings";
import { nameOf } from "../wire/fileName";
import { plainLook, readPanelChoice } from "../wire/panelChoice";
import { plainTile } from "../wire/tiles";
import type { PanelChoice } from "../wire/viewApi";
import { ExplainPanel, viewType } from "./explainPanel";
import { pageOptions } from "./page";

/** The open panels, and the way to open one. */
export class Panels implements vscode.WebviewPanelSerializer<unknown>, vscode.Disposable {
  private readonly open_ = new Set<ExplainPanel>();
  private last: ExplainPanel | undefined;
  private readonly change = new vscode.EventEmitter<void>();
  /** Another panel became active, or learned of its model. */
  readonly onDidChange = this.change.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly engine: Engine,
    private readonly log: Log,
  ) {}

  /** The panel that was active last and is still open. */
  get active(): ExplainPanel | undefined {
    return this.last;
  }

  /** Shows the panel of these images, or opens one. */
  open(model: string, images: readonly string[]): void {
    const same = [...this.open_].find(({ choice }) => sameList(choice.images, images));
    if (same) {
      same.reveal();
      if (same.choice.model !== model) same.choose({ model });
      return;
    }
    const { defaultMethod, overlayOpacity, colourMap } = readSettings(this.log);
    const title = images.length === 1 ? nameOf(images[0]!) : `${images.length} images`;
    const panel = vscode.window.createWebviewPanel(
      viewType,
      `Explain: ${title}`,
      vscode.ViewColumn.Active,
      pageOptions(this.context),
    );
    this.add(panel, {
      model,
      images,
      image: images[0]!,
      tiles: [plainTile(defaultMethod)],
      tile: 0,
      classes: "predicted",
      score: "logit",
      negated: false,
      versus: "nothing",
      look: { ...plainLook, opacity: overlayOpacity, colourMap },
    });
  }

  /** A window that is reloaded gives each panel what its view kept: nothing when the view was never ready. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const choice = readPanelChoice(kept);
    if (!choice) return panel.dispose();
    panel.webview.options = pageOptions(this.context);
    this.add(panel, choice);
  }

  private add(panel: vscode.WebviewPanel, choice: PanelChoice): void {
    const added = new ExplainPanel(this.context, this.engine, this.log, panel, choice);
    this.open_.add(added);
    this.activate(added);
    added.onDidChange(() => this.activate(added.active ? added : this.last));
    panel.onDidDispose(() => {
      this.open_.delete(added);
      if (this.last === added) this.activate([...this.open_].at(-1));
    });
  }

  private activate(panel: ExplainPanel | undefined): void {
    this.last = panel;
    this.change.fire();
  }

  dispose(): void {
    for (const panel of this.open_) panel.dispose();
    this.change.dispose();
  }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
