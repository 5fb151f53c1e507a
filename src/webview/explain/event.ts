import type { PanelAction, PanelChoice } from "../../extension/wire/viewApi";

/** What the parts of the page tell the page: another choice, or an action for the host. They bubble up to `app.ts`. */
export function choose(from: EventTarget, change: Partial<PanelChoice>): void {
  from.dispatchEvent(new CustomEvent("choose", { detail: change, bubbles: true, composed: true }));
}

export function act(from: EventTarget, action: PanelAction): void {
  from.dispatchEvent(new CustomEvent("act", { detail: action, bubbles: true, composed: true }));
}

declare global {
  interface HTMLElementEventMap {
    choose: CustomEvent<Partial<PanelChoice>>;
    act: CustomEvent<PanelAction>;
    pick: CustomEvent<string>;
  }
}
