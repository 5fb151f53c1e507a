import * as vscode from "vscode";
import type { Engine } from "../engine/engine";
import type { Log } from "../log";
import { Client } from "../wire/client";
import { isForServer, type ToClient, type ToServer } from "../wire/contract";
import { fromJson, toJson } from "../wire/json";
import { fromReport } from "../wire/report";
import { serve } from "../wire/server";
import {
  hostContract,
  viewContract,
  type HostApi,
  type PanelChange,
  type PanelChoice,
  type PanelState,
} from "../wire/viewApi";
import { actions } from "./action";
import { Explainer } from "./explainer";
import { Judging } from "./judging";
import { Outbox } from "./outbox";
import { pageHtml } from "./page";
import { PanelProgressNotification } from "./progress";

export const viewType = "sightline.explain";

/** One Explain panel: owns the state, answers the view, and keeps the engine alive while it is open. */
export class ExplainPanel implements vscode.Disposable {
  private readonly change = new vscode.EventEmitter<void>();
  /** It became active or inactive, or its model was opened. */
  readonly onDidChange = this.change.event;
  readonly explainer: Explainer;
  readonly judging: Judging;
  private readonly client = new Client((message) => this.post(message));
  private readonly view = this.client.proxy(viewContract);
  private readonly progress: PanelProgressNotification;
  private readonly outbox = new Outbox((changes) =>
    this.view.update(changes).catch(() => undefined),
  );
  private closed = false;
  private listening = false;
  /** While the view makes a choice it need not be told of it. */
  private viewChooses = false;

  constructor(
    readonly context: vscode.ExtensionContext,
    readonly engine: Engine,
    readonly log: Log,
    private readonly panel: vscode.WebviewPanel,
    choice: PanelChoice,
  ) {
    const { webview } = panel;
    const state = { choice, results: {}, judged: {}, refused: {} };
    this.explainer = new Explainer(engine, state, (change) => this.tell(change));
    this.judging = new Judging(engine, this.explainer);
    this.progress = new PanelProgressNotification(() => this.explainer.cancel());
    const door = { post: (message: ToClient) => this.post(message), pause };
    const receive = serve(this.host(), hostContract, door);
    const subscriptions = [
      engine.hold(),
      this.change,
      this.progress,
      webview.onDidReceiveMessage((json: unknown) => {
        const message = fromJson(json) as ToServer | ToClient;
        if (isForServer(message)) receive(message);
        else this.client.receive(message);
      }),
      panel.onDidChangeViewState(() => this.viewStateChanged()),
    ];
    panel.onDidDispose(() => {
      this.closed = true;
      this.explainer.cancel();
      this.judging.cancel();
      this.deafen("The panel was closed.");
      for (const subscription of subscriptions) subscription.dispose();
    });
    panel.iconPath = {
      light: vscode.Uri.joinPath(context.extensionUri, "media", "icon", "explain-light.svg"),
      dark: vscode.Uri.joinPath(context.extensionUri, "media", "icon", "explain-dark.svg"),
    };
    webview.html = pageHtml(webview, context, "explain", "Explain Prediction");
    this.explainer.run();
  }

  get active(): boolean {
    return this.panel.active;
  }

  get state(): PanelState {
    return this.explainer.state;
  }

  get choice(): PanelChoice {
    return this.state.choice;
  }

  choose(change: Partial<PanelChoice>): void {
    this.explainer.choose(change);
    this.judging.follow();
  }

  reveal(): void {
    this.panel.reveal();
  }

  dispose(): void {
    this.panel.dispose();
  }

  private host(): HostApi {
    return {
      ready: async () => {
        this.listening = true;
        return this.state;
      },
      choose: async (change) => {
        this.viewChooses = true;
        this.choose(change);
        this.viewChooses = false;
      },
      act: async (action) => {
        // Not awaited: a dialog that stays open must not hold the view's next request.
        void actions[action](this).catch((cause) => this.log.tell(cause));
      },
      report: async (error) => this.log.error(fromReport(error)),
    };
  }

  private tell(change: PanelChange): void {
    const { failure, refused } = change;
    for (const report of [failure, ...Object.values(refused ?? {})])
      if (report && report.code !== "cancelled") this.log.error(fromReport(report));
    if (change.progress !== undefined) this.showProgress();
    if (change.inspection) this.change.fire();
    if (!this.listening) return;
    const { choice: _choice, ...others } = change;
    const news = this.viewChooses ? others : change;
    if (Object.keys(news).length > 0) this.outbox.add(news);
  }

  /** A hidden view is gone: it comes back as a new page that asks for everything. */
  private viewStateChanged(): void {
    if (!this.panel.visible) this.deafen("The view is hidden.");
    this.showProgress();
    this.change.fire();
  }

  /** The panel says itself how far it is, as long as it is seen. */
  private showProgress(): void {
    this.progress.show(this.panel.visible ? undefined : this.state.progress);
  }

  private deafen(why: string): void {
    this.listening = false;
    this.outbox.clear();
    this.client.reject(new Error(why));
  }

  private post(message: ToServer | ToClient): void {
    if (!this.closed) void this.panel.webview.postMessage(toJson(message));
  }
}

const pause = () => new Promise<void>((resolve) => setImmediate(resolve));
