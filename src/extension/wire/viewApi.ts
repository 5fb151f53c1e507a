import type {
  AttributionMap,
  ErrorReport,
  Explanation,
  Inspection,
  Judgement,
  ScoreKind,
  Versus,
} from "../../explain/api";
import type { ParameterValue } from "../../explain/method/parameter";
import type { Contract } from "./contract";
import { mergeResults } from "./results";

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
  /** The maps beside each other: one to {@link mostTiles}. They share image, classes and score. */
  readonly tiles: readonly Tile[];
  /** Index of the tile that the sidebar is about. */
  readonly tile: number;
  /** One class, several that are explained together, or the one that the model predicts for each image. */
  readonly classes: "predicted" | readonly number[];
  readonly score: ScoreKind;
  /** The score turned round: what would make the class less likely. */
  readonly negated: boolean;
  readonly versus: Versus | "nothing";
  readonly look: Look;
}

/** How many maps there can be beside each other. */
export const mostTiles = 4;

/** How one map is made. */
export interface Tile {
  readonly method: string;
  /** A layer's name, or `auto`. */
  readonly layer: string;
  /** Further layers whose maps are joined with that of `layer`. */
  readonly fusedLayers: readonly string[];
  /** The mean over the image, its mirror image, and both darker and brighter. */
  readonly augmented: boolean;
  /** Method id → parameter → value, for every method that was tried here; what is absent has its default. */
  readonly parameters: Readonly<Record<string, Readonly<Record<string, ParameterValue>>>>;
}

/** How the maps are shown; nothing here needs the engine. */
export interface Look {
  readonly layers: "overlay" | "map" | "image";
  /** 0–1. */
  readonly opacity: number;
  readonly colourMap: string;
  /** Whether the hottest spot is marked. */
  readonly peak: boolean;
  /** `against` = the map is drawn with its sign turned round. */
  readonly evidence: "for" | "against";
  /** Of maps in the same unit: one scale for all of them, or for each its own. */
  readonly scale: "shared" | "own";
}

/** A map and what it was asked for with. */
export interface PanelMap extends AttributionMap {
  /** See `askedOf`. */
  readonly asked: string;
  /** `stopped` = the user ended it before it was whole. */
  readonly growth: "growing" | "stopped" | "whole";
}

/** Everything known of one image: the picture once, and the maps of all methods, layers and classes asked for so far. */
export interface ImageResult extends Omit<Explanation, "maps"> {
  readonly maps: readonly PanelMap[];
}

export interface PanelProgress {
  /** 0–1. */
  readonly fraction: number;
  readonly text: string;
  /** Whether the text itself says how far it is. */
  readonly counted?: boolean;
}

/** What the tests say of one map. */
export interface Judged {
  readonly judgements: readonly Judgement[];
  /** Present while they run. */
  readonly progress?: PanelProgress;
  /** Why they ended before all were done. */
  readonly failure?: ErrorReport;
}

/** The whole state of a panel. The host owns it; the view asks for all of it when it is ready, then gets changes. */
export interface PanelState {
  readonly choice: PanelChoice;
  readonly inspection?: Inspection;
  /** By image path. */
  readonly results: Readonly<Record<string, Loaded<ImageResult>>>;
  /** By `mapKey`. */
  readonly judged: Readonly<Record<string, Judged>>;
  /** Why a tile has no map, by `askedOf`. */
  readonly refused: Readonly<Record<string, ErrorReport>>;
  /** Why the last request as a whole failed. */
  readonly failure?: ErrorReport;
  /** Present while a request runs. */
  readonly progress?: PanelProgress;
}

/** A change of the state; `null` takes away (`undefined` does not survive the way to the view). */
export type PanelChange = {
  readonly [K in Exclude<keyof PanelState, "results" | "judged" | "refused">]?:
    PanelState[K] | null;
} & {
  /** Image by image, merged with what is known ({@link mergeResults}); `null` forgets one, or them all. */
  readonly results?: Readonly<Record<string, ImageResult | ErrorReport | null>> | null;
  /** Map by map; `null` forgets them all. */
  readonly judged?: PanelState["judged"] | null;
  /** Tile by tile; `null` forgets them all. */
  readonly refused?: PanelState["refused"] | null;
};

/** What a button can ask of the host. */
export type PanelAction =
  | "chooseModel"
  | "chooseClass"
  | "chooseVersus"
  | "chooseTogether"
  | "createProfile"
  | "openProfile"
  | "showLog"
  | "save"
  | "copyCommandLine"
  | "retry"
  | "cancel"
  | "goOn"
  | "judge"
  | "cancelJudging";

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
  const judged = change.judged === null ? {} : { ...state.judged, ...change.judged };
  const refused = change.refused === null ? {} : { ...state.refused, ...change.refused };
  const results = mergeAll(change.results === null ? {} : state.results, change.results ?? {});
  return present({ ...state, ...change, judged, refused, results }) as unknown as PanelState;
}

function mergeAll(
  known: PanelState["results"],
  news: NonNullable<PanelChange["results"]>,
): PanelState["results"] {
  const merged = Object.entries(news).map(([image, fresh]) => [
    image,
    fresh === null ? null : mergeResults(known[image], fresh),
  ]);
  return present({ ...known, ...Object.fromEntries(merged) }) as PanelState["results"];
}

function present(fields: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
