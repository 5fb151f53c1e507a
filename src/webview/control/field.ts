import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { entryStyle } from "./entryStyle";
import { shared } from "./style";

/** A unit of more characters stands below the field. */
const longestBeside = 12;

/** A line of text with its unit. What does not pass `check` is told below and kept; what does is fired as `pick`, on Enter or on leaving the field. */
@customElement("sightline-field")
export class Field extends LitElement {
  @property() label = "";
  @property() value = "";
  @property() unit = "";
  /** Stands in the empty field. */
  @property() placeholder = "";
  /** Whether the value, good in itself, does not do with others. */
  @property({ type: Boolean }) refused = false;
  /** One sentence against a text; `undefined` = it is good. */
  @property({ attribute: false }) check: (text: string) => string | undefined = () => undefined;
  /** What was typed and is not good. */
  @state() private draft: string | undefined;

  static override readonly styles = [
    shared,
    entryStyle,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .entry {
        height: 26px;
        padding: 0 8px;
      }
      .entry.wrong {
        border-color: var(--vscode-inputValidation-errorBorder);
      }
      .below {
        display: block;
        padding: 0 8px;
        overflow-wrap: anywhere;
      }
      p {
        margin-top: 2px;
        padding: 2px 8px;
        border: 1px solid var(--vscode-inputValidation-errorBorder);
        background: var(--vscode-inputValidation-errorBackground);
        color: var(--vscode-inputValidation-errorForeground, var(--vscode-foreground));
        overflow-wrap: anywhere;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("value") || changed.has("label")) this.draft = undefined;
  }

  override render() {
    const text = this.draft ?? this.value;
    const wrong = this.draft === undefined ? undefined : this.check(this.draft);
    // It would leave the value no room.
    const isLong = this.unit.length > longestBeside;
    return html`<span class="entry ${wrong || this.refused ? "wrong" : ""}">
        <input
          aria-label=${this.label}
          aria-invalid=${wrong || this.refused ? "true" : nothing}
          aria-describedby=${wrong ? "wrong" : nothing}
          placeholder=${this.placeholder}
          spellcheck="false"
          .value=${text}
          @change=${(event: Event) => this.take((event.target as HTMLInputElement).value)}
        />
        ${text !== "" && !isLong ? this.unitWords("") : nothing}
      </span>
      ${isLong ? this.unitWords("below") : nothing}
      ${wrong ? html`<p id="wrong" role="alert">${wrong}</p>` : nothing}`;
  }

  private unitWords(place: "below" | "") {
    return this.unit ? html`<span class="quiet ${place}">${this.unit}</span>` : nothing;
  }

  private take(text: string): void {
    const isGood = this.check(text) === undefined;
    this.draft = isGood ? undefined : text;
    if (isGood && text !== this.value)
      this.dispatchEvent(new CustomEvent("pick", { detail: text }));
  }
}
