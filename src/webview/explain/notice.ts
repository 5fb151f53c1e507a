import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { ErrorReport } from "../../explain/api";
import type { ErrorCode } from "../../explain/error";
import { nameOf } from "../../extension/wire/fileName";
import type { PanelAction } from "../../extension/wire/viewApi";
import { button } from "../control/button";
import { icon } from "../control/icon";
import { shared } from "../control/style";
import { act } from "./event";

const labels: Readonly<Record<PanelAction, string>> = {
  chooseModel: "Choose Another Model…",
  chooseClass: "Choose Another Class…",
  chooseVersus: "Choose What to Compare with…",
  chooseTogether: "Choose a Further Class…",
  createProfile: "Create Profile…",
  openProfile: "Open Profile",
  showLog: "Show Log",
  save: "Save…",
  copyCommandLine: "Copy as Command Line",
  retry: "Try Again",
  cancel: "Cancel",
  goOn: "Run to the End",
  judge: "Judge This Map",
  cancelJudging: "Cancel",
};

/** What helps against which error; *Show Log* comes with each. */
const remedies: Readonly<Record<ErrorCode, readonly PanelAction[]>> = {
  format: ["chooseModel", "retry"],
  unsupportedOp: ["chooseModel"],
  graph: ["chooseModel"],
  image: ["retry"],
  profile: ["openProfile", "retry"],
  input: ["chooseModel", "retry"],
  method: ["retry"],
  runtime: ["retry", "chooseModel"],
  file: ["chooseModel", "retry"],
  usage: [],
  cancelled: ["retry"],
  engine: ["retry"],
  internal: ["retry"],
};

/** An error, in its own sentence, with what can be done about it. */
@customElement("sightline-notice")
export class Notice extends LitElement {
  @property({ attribute: false }) error!: ErrorReport;
  /** Whose error it is, where that is not all. */
  @property() about = "";

  static override readonly styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-columns: 16px minmax(0, 1fr);
        gap: 6px 8px;
        padding: 10px 12px;
        border: 1px solid
          var(--vscode-inputValidation-errorBorder, var(--vscode-contrastBorder, transparent));
        border-radius: 3px;
        background: var(--vscode-inputValidation-errorBackground);
        color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
      }
      :host([quiet]) {
        border-color: var(--vscode-widget-border, var(--vscode-contrastBorder, transparent));
        background: var(--vscode-editorWidget-background);
        color: var(--vscode-editorWidget-foreground);
      }
      .icon {
        margin-top: 1px;
      }
      p {
        overflow-wrap: anywhere;
      }
      .buttons {
        grid-column: 2;
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
      }
    `,
  ];

  override render() {
    const { code } = this.error;
    const [message, path] = shortened(this.error);
    const actions = code === "cancelled" ? remedies[code] : [...remedies[code], "showLog" as const];
    const whose = this.about ? html`<b>${this.about}:</b> ` : nothing;
    this.toggleAttribute("quiet", code === "cancelled");
    return html`${icon(code === "cancelled" ? "info" : "error")}
      <p role="alert" title=${path ?? nothing}>${whose}${message}</p>
      <div class="buttons">
        <slot></slot>
        ${actions.map((action) => button({ label: labels[action], press: () => act(this, action) }))}
      </div>`;
  }
}

/** The sentence with the file by its name alone, which the tool bar shows anyway, and that file's path. */
function shortened({ message, data }: ErrorReport): readonly [string, string | undefined] {
  const { file } = data;
  if (typeof file !== "string" || !message.includes(file)) return [message, undefined];
  return [message.replace(`${file}: `, `${nameOf(file)}: `), file];
}
