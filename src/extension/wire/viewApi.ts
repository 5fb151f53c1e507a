import type { ErrorReport, Explanation, Inspection, ScoreKind } from "../../explain/api";
import type { Contract } from "./contract";

/** Nothing yet, the value, or why there is none. */
export type Loaded<T> = T | ErrorReport | undefined;

/** What the user chose in a panel. Small and plain: the view keeps it across a reload of the window. */
export interface PanelChoice {
  /** Absolute paths. */
  readonly model?: string;
  /** The classification output, when the model has several; absent = what profile or graph say. */
  readonly output?: string;
  readonly images: readonly string[];
  /** The one that is shown. */
  readonly image: string;
  readonly method: string;
  /** A layer's name, or `auto`. */
  readonly layer: string;
  /** A class, or the one that the model predicts for each image. */
  readonly classIndex: number | "predicted";
  readonly score: ScoreKind;
  readonly look: Look;
}

/** How the map is shown; nothing here needs the engine. */
export interface Look {
  readonly layers: "overlay" | "map" | "image";
  /** 0–1. */
  readonly opacity: number;
  readonly colourMap: string;
  /** Whether the hottest pixel is marked. */
  readonly peak: boolean;
}

/** Everything known of one image: the picture once, and the maps of all methods, layers and classes asked for so far. */
export type ImageResult = Explanation;

export interface PanelProgress {
  /** 0–1. */
  readonly fraction: number;
  readonly text: string;
}

/** The whole state of a panel. The host owns it; the view asks for all of it when it is ready, then gets changes. */
export interface PanelState {
  readonly choice: PanelChoice;
  readonly inspection?: Inspection;
  /** By image path. */
  readonly results: Readonly<Record<string, Loaded<ImageResult>>>;
  /** Why the last request as a whole failed. */
  readonly failure?: ErrorReport;
  /** Present while a request runs. */
  readonly progress?: PanelProgress;
}

/** A change of the state; `null` takes away (`undefined` does not survive the way to the view). */
export type PanelChange = {
  readonly [K in Exclude<keyof PanelState, "results">]?: PanelState[K] | null;
} & {
  /** Merged image by image; `null` forgets them all. */
  readonly results?: Readonly<Record<string, ImageResult | ErrorReport | null>> | null;
};

/** What a button can ask of the host. */
export type PanelAction =
  | "chooseModel"
  | "chooseClass"
  | "createProfile"
  | "openProfile"
  | "showLog"
  | "save"
  | "copyCommandLine"
  | "retry"
  | "cancel";

/** What the view asks of the host. */
export interface HostApi {
  /** The view is there: answers with the whole state, and changes follow. */
  ready(): Promise<PanelState>;
  choose(change: Partial<PanelChoice>): Promise<void>;
  act(action: PanelAction): Promise<void>;
  /** Something went wrong in the view itself. */
  report(error: ErrorReport): Promise<void>;
}

export const hostContract: Contract<HostApi> = {
  ready: "call",
  choose: "call",
  act: "call",
  report: "call",
};

/** What the host asks of the view. */
export interface ViewApi {
  /** In the order in which they happened. */
  update(changes: readonly PanelChange[]): Promise<void>;
}

export const viewContract: Contract<ViewApi> = { update: "call" };

export function applyChange(state: PanelState, change: PanelChange): PanelState {
  const results = change.results === null ? {} : { ...state.results, ...change.results };
  return present({ ...state, ...change, results: present(results) }) as unknown as PanelState;
}

function present(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
