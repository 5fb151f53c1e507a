import { SightlineError } from "../../explain/error";
import { toReport } from "../../extension/wire/report";
import {
  applyChange,
  hostContract,
  viewContract,
  type HostApi,
  type PanelAction,
  type PanelChange,
  type PanelChoice,
  type PanelState,
  type ViewApi,
} from "../../extension/wire/viewApi";
import { pageStyle } from "../control/page";
import { registerControls } from "../control/toolkit";
import { connect } from "../host";
import { ExplainPage } from "./app";

/** The Explain page: says that it is ready, shows the state that it gets, and tells the host what the user chooses. */
registerControls();
document.adoptedStyleSheets.push(pageStyle);

const page = document.body.appendChild(new ExplainPage());
const host = connect<HostApi, ViewApi, PanelChoice>(
  hostContract,
  { update: async (changes) => show(changes) },
  viewContract,
);

function show(changes: readonly PanelChange[]): void {
  if (!page.state) return;
  // How the map looks is decided here; what the host says of it may be older than what the user sees.
  const { look } = page.state.choice;
  const state = changes.reduce(applyChange, page.state);
  set(
    changes.some(({ choice }) => choice) ? { ...state, choice: { ...state.choice, look } } : state,
  );
}

function set(state: PanelState): void {
  if (state.choice !== page.state?.choice) host.keep(state.choice);
  page.state = state;
}

async function ask(request: Promise<unknown>): Promise<void> {
  await request.catch(report);
}

/** A report that fails is not reported again: that would go on for ever. */
function report(cause: unknown): void {
  host.api.report(toReport(cause)).catch(() => undefined);
}

page.addEventListener("choose", ({ detail }: CustomEvent<Partial<PanelChoice>>) => {
  if (!page.state) return;
  set(applyChange(page.state, { choice: { ...page.state.choice, ...detail } }));
  void ask(host.api.choose(detail));
});
page.addEventListener("act", ({ detail }: CustomEvent<PanelAction>) => {
  void ask(host.api.act(detail));
});
window.addEventListener("error", ({ message, error }) => {
  report(error ?? new SightlineError("internal", message));
});
window.addEventListener("unhandledrejection", ({ reason }) => report(reason));
void ask(host.api.ready().then(set));
