import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { icon } from "./icon";
import { middle } from "./middle";
import { entryStyle } from "./entryStyle";
import { pickerStyle } from "./pickerStyle";
import { placePopup } from "./placePopup";
import { matching, move, type PickerItem } from "./search";
import { shared } from "./style";

/**
 * One of many: a field that opens a list above everything else, with the chosen entry in view. Typing filters it, ↑ ↓ Home End and Page keys go
 * through it, Enter takes, Esc leaves. Items of one group stand together under its heading. Fires `pick` with the value as detail.
 */
@customElement("sightline-picker")
export class Picker extends LitElement {
  @property({ attribute: false }) items: readonly PickerItem[] = [];
  @property() value = "";
  @property() label = "";
  /** What can be searched for, in the empty search field. */
  @property() searchHint = "";
  /** What the items are, in the plural; empty = they are not counted. */
  @property() noun = "";
  /** In the field while nothing is chosen. */
  @property() placeholder = "";
  /** The names are never cut: what stands behind them gives way. */
  @property({ type: Boolean, reflect: true }) wholeNames = false;
  @state() private opened = false;
  @state() private search = "";
  /** Index of the marked one among the items that match. */
  @state() private active = 0;
  @query("button") private readonly field!: HTMLButtonElement;
  @query("[popover]") private readonly popup!: HTMLElement;
  @query("input") private readonly input?: HTMLInputElement;

  static override readonly styles = [shared, entryStyle, pickerStyle];

  override render() {
    const chosen = this.items.find(({ value }) => value === this.value);
    return html`<button
        class="field"
        role="combobox"
        aria-label=${this.label}
        aria-haspopup="dialog"
        aria-expanded=${this.opened}
        title=${chosen?.hint ?? nothing}
        popovertarget="popup"
        @keydown=${this.fieldKey}
      >
        ${chosen ? line(chosen, false) : html`<span class="placeholder">${this.placeholder}</span>`}${icon("chevron")}
      </button>
      <div id="popup" popover role="dialog" aria-label=${this.label} @beforetoggle=${this.toggling}>
        ${this.opened ? this.content() : nothing}
      </div>`;
  }

  private get found(): readonly PickerItem[] {
    return matching(this.items, this.search);
  }

  private content(): TemplateResult {
    const { found } = this;
    return html`<div class="search entry">
        ${icon("search")}
        <input
          autofocus
          role="combobox"
          aria-label=${this.searchHint}
          aria-autocomplete="list"
          aria-expanded="true"
          aria-controls="list"
          aria-activedescendant=${found.length > 0 ? `item-${this.active}` : nothing}
          placeholder=${this.searchHint}
          spellcheck="false"
          .value=${this.search}
          @input=${() => this.find(this.input!.value)}
          @keydown=${this.listKey}
        />
      </div>
      <div id="list" role="listbox" aria-label=${this.label} @mousedown=${keepFocus}>
        ${this.groups(found)}
      </div>
      ${found.length === 0 ? html`<p class="none" role="status">Nothing is like that.</p>` : nothing}`;
  }

  private groups(found: readonly PickerItem[]): TemplateResult[] {
    const rows = found.map((item, i) => ({ item, row: this.row(item, i) }));
    const names = [...new Set(found.map(({ group }) => group))];
    return names.map((name, i) => {
      const own = rows.filter(({ item }) => item.group === name).map(({ row }) => row);
      if (name === "") return html`${own}`;
      return html`<div role="group" aria-labelledby="group-${i}">
        <div class="heading" id="group-${i}">
          <b>${name}</b>${this.noun ? html`<span>${own.length} ${this.noun}</span>` : nothing}
        </div>
        ${own}
      </div>`;
    });
  }

  private row(item: PickerItem, index: number): TemplateResult {
    const classes = `${index === this.active ? "active " : ""}${item.minor ? "minor" : ""}`;
    return html`<div
      id="item-${index}"
      role="option"
      class=${classes}
      aria-selected=${item.value === this.value}
      aria-disabled=${item.disabled ? "true" : nothing}
      title=${item.hint}
      @click=${() => this.take(item)}
    >
      <div class="line">${line(item, true)}</div>
      ${item.note ? html`<div class="note">${item.note}</div>` : nothing}
    </div>`;
  }

  override updated(_changed: PropertyValues): void {
    if (this.opened) this.reveal("nearest");
  }

  private reveal(block: ScrollLogicalPosition): void {
    this.renderRoot.querySelector(".active")?.scrollIntoView({ block });
  }

  private toggling({ newState }: ToggleEvent): void {
    this.opened = newState === "open";
    this.search = "";
    if (!this.opened) return;
    placePopup(this.popup, this.field);
    this.active = Math.max(
      0,
      this.found.findIndex(({ value }) => value === this.value),
    );
    // The list has to be there when the popup is shown, for its search field to get the focus.
    this.performUpdate();
    requestAnimationFrame(() => this.reveal("center"));
  }

  private find(search: string): void {
    this.search = search;
    this.active = 0;
  }

  /** Back to the field, where the keyboard came from. */
  private leave(): void {
    this.popup.hidePopover();
    this.field.focus();
  }

  private take({ value, disabled }: PickerItem): void {
    if (disabled) return;
    this.leave();
    if (value !== this.value) this.dispatchEvent(new CustomEvent("pick", { detail: value }));
  }

  /** A letter begins the search at once. */
  private fieldKey(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey } = event;
    const letter = key.length === 1 && key !== " " && !ctrlKey && !metaKey && !altKey;
    if (!letter && key !== "ArrowDown" && key !== "ArrowUp") return;
    event.preventDefault();
    this.popup.showPopover();
    if (letter) this.find(key);
  }

  private listKey(event: KeyboardEvent): void {
    const { found } = this;
    const { key } = event;
    const next = move(key, this.active, found.length);
    if (next !== undefined) this.active = next;
    else if (key === "Enter" && found[this.active]) this.take(found[this.active]!);
    else if (key === "Escape") this.leave();
    else if (key === "Tab") return this.leave();
    else return;
    event.preventDefault();
  }
}

function line({ name, detail, size, tags, starred }: PickerItem, listed: boolean): TemplateResult {
  return html`${middle(name)}
    ${listed ? tags.map((tag) => html`<span class="tag">${tag}</span>`) : nothing}
    <span class="facts"
      >${listed && detail ? html`<span>${detail}</span>` : nothing}<span class="number"
        >${size}</span
      ><span class="star">${starred ? "★" : ""}</span></span
    >`;
}

/** The search field stays the one that hears the keyboard. */
function keepFocus(event: Event): void {
  event.preventDefault();
}
