import { css, html, LitElement, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";

export interface DropdownItem {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
  /** Shown on hover. */
  readonly hint?: string;
}

/** A drop-down list. Fires `pick` with the value as detail. */
@customElement("sightline-dropdown")
export class Dropdown extends LitElement {
  @property({ attribute: false }) items: readonly DropdownItem[] = [];
  @property() value = "";
  @property() label = "";
  @query("vscode-dropdown") private readonly control!: HTMLSelectElement;

  static override readonly styles = css`
    :host {
      display: block;
      min-width: 0;
    }
    vscode-dropdown {
      display: inline-flex;
      width: 100%;
      min-width: 0;
    }
    vscode-dropdown::part(listbox) {
      max-height: 320px;
    }
    vscode-dropdown::part(selected-value),
    vscode-option::part(content) {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
  `;

  override render() {
    return html`<vscode-dropdown aria-label=${this.label} @change=${this.changed}>
      ${this.items.map(
        ({ value, label, disabled, hint }) =>
          html`<vscode-option .value=${value} ?disabled=${disabled} title=${hint ?? label}
            >${label}</vscode-option
          >`,
      )}
    </vscode-dropdown>`;
  }

  /** The toolkit's control takes a value only after it has its options. */
  override async updated(_changed: PropertyValues): Promise<void> {
    await customElements.whenDefined("vscode-dropdown");
    await new Promise(requestAnimationFrame);
    if (this.control.value !== this.value) this.control.value = this.value;
  }

  private changed(): void {
    const { value } = this.control;
    if (value === this.value || !this.items.some((item) => item.value === value)) return;
    this.dispatchEvent(new CustomEvent("pick", { detail: value }));
    // What is picked need not be taken: an entry may open a dialog.
    this.requestUpdate();
  }
}
