import * as vscode from "vscode";
import type { PanelProgress } from "../wire/viewApi";

/** Work that ends sooner is not worth a notification. */
const delay = 800;

/** Shows the progress of a panel that is not seen in the notification area, with Cancel, once it takes longer than a moment. */
export class PanelProgressNotification implements vscode.Disposable {
  private timer: NodeJS.Timeout | undefined;
  private latest: PanelProgress | undefined;
  private update: (() => void) | undefined;
  private close: (() => void) | undefined;

  constructor(private readonly cancel: () => void) {}

  /** `undefined` = the work has ended. */
  show(progress: PanelProgress | undefined): void {
    this.latest = progress;
    if (!progress) return this.end();
    this.update?.();
    this.timer ??= setTimeout(() => this.open(), delay);
  }

  dispose(): void {
    this.end();
  }

  private open(): void {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: "Sightline",
      cancellable: true,
    };
    void vscode.window.withProgress(options, (notification, token) => {
      token.onCancellationRequested(this.cancel);
      let shown = 0;
      this.update = () => {
        if (!this.latest) return;
        const { fraction, text } = this.latest;
        if (fraction < shown) shown = fraction; // the next image begins
        notification.report({ message: text, increment: 100 * (fraction - shown) });
        shown = fraction;
      };
      this.update();
      return new Promise<void>((close) => (this.close = close));
    });
  }

  private end(): void {
    clearTimeout(this.timer);
    this.close?.();
    this.timer = this.update = this.close = undefined;
  }
}
