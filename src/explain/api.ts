import type { Cancellation, ErrorReport } from "./error";
import type { Family } from "./method/method";
import type { Parameters, ParameterValue } from "./method/parameter";
import type { CamHead, ClassScore, ImageInput, Layer } from "./model/model";
import type { ProfileField, ProfileSource, Profile } from "./profile/profile";
import type { Extent, Geometry, Size } from "./picture/geometry";

export type { ErrorReport } from "./error";

/**
 * What the service takes and gives: shared by the command line, the engine process and the views. Everything here is plain
 * data that survives a process border.
 */

/** How a model is to be opened. */
export interface ModelRequest {
  /** Absolute path. */
  readonly model: string;
  /** Absolute path of a profile that replaces the sidecar. */
  readonly profile?: string;
  /** The classification output, when the model has several. */
  readonly output?: string;
  /** Images that a guessed preprocessing is tried on (at most 16 are used). */
  readonly trialImages?: readonly string[];
}

/** What `sightline inspect` prints and the model view shows. */
export interface Inspection {
  readonly version: 1;
  readonly model: string;
  /** SHA-256 of the model file. */
  readonly hash: string;
  readonly bytes: number;
  /** The other files that hold parts of the model, such as external weights: with them, which checkpoint this is. */
  readonly companions: readonly Companion[];
  readonly format: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly inputs: readonly { name: string; type: string; dims: readonly (number | string)[] }[];
  readonly outputs: readonly { name: string; type: string; dims: readonly (number | string)[] }[];
  readonly input: ImageInput;
  readonly score: ClassScore;
  readonly profile: Profile;
  readonly profileSources: Readonly<Record<ProfileField, ProfileSource>>;
  readonly classes: readonly ClassName[];
  readonly layers: readonly ListedLayer[];
  readonly layerReason: string;
  readonly camHead: CamHead | string;
  readonly scores: readonly ScoreKind[];
  readonly methods: readonly MethodInfo[];
  /** The tests that a map can be put to. */
  readonly judgements: readonly JudgementInfo[];
  readonly runtime: RuntimeInfo;
}

export interface ListedLayer extends Layer {
  /** Whether every way from the image to the score goes through it, as through the end of a block. */
  readonly trunk: boolean;
}

export interface Companion {
  /** Absolute path. */
  readonly path: string;
  /** SHA-256. */
  readonly hash: string;
  readonly bytes: number;
}

export interface ClassName {
  readonly index: number;
  /** Empty when the model has no labels. */
  readonly label: string;
}

export interface MethodInfo {
  readonly id: string;
  readonly title: string;
  readonly paper: string;
  readonly formula: string;
  readonly family: Family;
  readonly readsAt: "layer" | "input" | "both";
  readonly parameters: Parameters;
  /** Whether it takes many runs and shows its map while it grows. */
  readonly progressive: boolean;
  /** What is to be known before its maps are trusted. */
  readonly caution?: string;
  /** What holds for this model only, at its default layer and with the default parameters. */
  readonly remark?: string;
  /** Why the method does not apply to this model at its default layer; absent = it applies. */
  readonly refused?: string;
}

export interface RuntimeInfo {
  readonly id: string;
  readonly description: string;
  /** Why this runtime and why not another, in one sentence. */
  readonly reason: string;
}

export type ScoreKind = "logit" | "probability" | "logProbability";

/** What is explained of a class. */
export interface ScoreRequest {
  readonly score: ScoreKind;
  /** The score turned round: what would make the class less likely (counterfactual). */
  readonly negated?: boolean;
  /** The score less that of another class, “A rather than B”, or of the classes nearest to it. */
  readonly versus?: Versus;
}

export type Versus = { readonly class: number } | Nearest;

/** Finer-CAM's contrast: with the classes whose logits lie nearest, times alpha, weighted by their probabilities. Logits only. */
export interface Nearest {
  readonly nearest: number;
  readonly alpha: number;
}

/**
 * `top` = the N most probable classes of each image, each by itself; `indices` into the output vector, each by itself; `set` = one explanation of several
 * classes together, by the sum of their scores.
 */
export type ClassChoice =
  | { readonly top: number }
  | { readonly indices: readonly number[] }
  | { readonly set: readonly number[] };

export interface ExplainRequest extends ModelRequest, ScoreRequest {
  /** Absolute paths. */
  readonly images: readonly string[];
  /** Absolute path of a float32 `.npy` of exactly the model's input shape, instead of images. */
  readonly tensor?: string;
  readonly methods: readonly string[];
  /** Method id → parameter → value; what is absent has its default. */
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, ParameterValue>>>>;
  /** A layer's name, or `auto`. */
  readonly layer: string;
  /** Further layers whose maps are joined with that of `layer`. */
  readonly fusedLayers?: readonly string[];
  /** The mean over the image, its mirror image, and both 10 % darker and brighter (methods that read at a layer). */
  readonly augmented?: boolean;
  readonly classes: ClassChoice;
  /** The ids of the tests that every map is put to. */
  readonly judgements?: readonly string[];
  /** Runtime id; absent = the best one. */
  readonly runtime?: string;
  /** The longest side, in pixels, of the `picture` that comes with each explanation; absent = no picture. */
  readonly pictureSide?: number;
}

export interface Prediction extends ClassName {
  readonly logit: number;
  readonly probability: number;
}

/** One attribution map. */
export interface AttributionMap {
  readonly method: string;
  readonly classIndex: number;
  readonly label: string;
  readonly logit: number;
  /** Of a set, that of any of its classes or, where they do not exclude each other, the mean. */
  readonly probability: number;
  /** The values of the method's parameters. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly score: ScoreKind;
  readonly negated?: boolean;
  readonly versus?: Versus;
  /** All classes of a set, the one of `classIndex` among them. */
  readonly set?: readonly number[];
  /** The layer it was read at; empty where none is. */
  readonly layer: string;
  readonly fusedLayers?: readonly string[];
  readonly augmented?: boolean;
  /** [h,w] at the layer, [C,H,W] or [H,W] in input space. */
  readonly dims: readonly number[];
  /** Where it lies in the network's input; absent = all over it. */
  readonly extent?: Extent;
  /** Signed values before the final step, C order. */
  readonly data: Float32Array;
  /** What a picture shows of the channels of a map [C,H,W]: the largest of their magnitudes; absent = their sum. */
  readonly shows?: "magnitude";
  /** Only differences between its values say something: pictures are drawn from the least; absent = 0 is no evidence. */
  readonly level?: "free";
  /** What remains to be done before the map is written or shown. */
  readonly final: "relu" | "none";
  readonly range: { readonly min: number; readonly max: number };
  /** Why the map is empty after the final step; absent when it is not. */
  readonly blank?: string;
  /** What holds of the method for this model, at this map's layer and with its parameters. */
  readonly remark?: string;
  /** How far a method of many runs has come; absent for the others. */
  readonly progress?: MapProgress;
  /** Numbers about the map, by their titles, such as the completeness gap. */
  readonly facts?: Readonly<Record<string, number>>;
  /** What the tests say that were asked for. */
  readonly judgements?: readonly Judgement[];
}

/** What a test says of one map. */
export interface Judgement {
  readonly id: string;
  readonly title: string;
  /** Absent where the test says nothing of this map; the verdict says why. */
  readonly value?: number;
  readonly better: "higher" | "lower" | "neither";
  /** What the value means for this map, in one sentence. */
  readonly verdict: string;
  /** Whether it says not to trust the map. */
  readonly distrust?: true;
  readonly curve?: {
    readonly xTitle: string;
    readonly yTitle: string;
    readonly x: readonly number[];
    readonly y: readonly number[];
  };
}

/** One of the tests that a map can be put to. */
export interface JudgementInfo {
  readonly id: string;
  readonly title: string;
  /** What is done and what the number means, in one sentence. */
  readonly meaning: string;
}

/** How much of the work is in a map. */
export interface MapProgress {
  readonly done: number;
  readonly planned: number;
  /** What is counted: “masks”. */
  readonly unit: string;
  /** Root mean square over the map, in units of the score; absent where the map is no estimate. */
  readonly standardError?: number;
}

/** Everything about one image. */
export interface Explanation {
  readonly image: string;
  /** SHA-256 of the image file. */
  readonly hash: string;
  readonly geometry: Geometry;
  /** What the model saw: the resized and cropped picture as RGB, before normalisation. Absent for `tensor`. */
  readonly seen?: Size & { readonly rgb: Uint8Array };
  /** The upright image for showing, as JPEG or PNG bytes, not larger than the request's `pictureSide`. */
  readonly picture?: Size & { readonly encoded: Uint8Array };
  /** The most probable classes, best first ({@link shownClasses}, or fewer when there are fewer; more when more were asked for). */
  readonly predictions: readonly Prediction[];
  readonly maps: readonly AttributionMap[];
  readonly timings: Timings;
}

/** How many classes are listed, and explained at once, when nothing else is asked for. */
export const shownClasses = 5;

/** What was written for one map, by file name; nothing when the map is not all numbers. */
export interface WrittenMap {
  readonly npy?: string;
  /** Absent for a tensor, which has no picture. */
  readonly png?: string;
}

/** Milliseconds. */
export interface Timings {
  /** Reading, analysing and compiling; 0 when it was done before. */
  readonly prepare: number;
  readonly decode: number;
  readonly run: number;
}

/** What an explanation brings, one event at a time. */
export type ExplainEvent =
  | { readonly kind: "model"; readonly inspection: Inspection }
  | { readonly kind: "progress"; readonly fraction: number; readonly text: string }
  | {
      readonly kind: "explanation";
      readonly explanation: Explanation;
      /** When results are saved: the files of each map, in the order of `explanation.maps`. */
      readonly written?: readonly WrittenMap[];
    }
  /** The same explanation before it is whole: the maps of one method of many runs so far. */
  | { readonly kind: "interim"; readonly explanation: Explanation }
  /** One of several methods does not apply to the model; the others go on. */
  | { readonly kind: "refused"; readonly method: string; readonly error: ErrorReport }
  | { readonly kind: "failed"; readonly image: string; readonly error: ErrorReport };

/** Puts a map that is there to tests. */
export interface JudgeRequest {
  /** What the map was asked for with: one image or tensor, the method of the map alone. */
  readonly explain: ExplainRequest;
  readonly map: AttributionMap;
  /** Ids. */
  readonly judgements: readonly string[];
}

export type JudgeEvent =
  | { readonly kind: "progress"; readonly fraction: number; readonly text: string }
  | { readonly kind: "judgement"; readonly judgement: Judgement };

/** Where results are written, besides being reported. */
export interface SaveRequest {
  readonly explain: ExplainRequest;
  /** Absolute path of a folder; made when missing. */
  readonly folder: string;
  /** How the overlay is drawn. */
  readonly overlay: { readonly colourMap: string; readonly opacity: number };
}

export type SaveEvent =
  | ExplainEvent
  /** The manifest's path and every file written beside it; always the last event. */
  | { readonly kind: "saved"; readonly manifest: string; readonly files: readonly string[] };

/** What the engine can do: the command line calls it directly, the editor through the wire. */
export interface Service {
  /** Opens a model (or finds it open and unchanged) and says all that is known of it. */
  inspect(request: ModelRequest, signal?: Cancellation): Promise<Inspection>;
  /**
   * Explains images one after another: `model` first, then `progress` and, per image, `explanation` or `failed`. One bad image does not
   * stop the others. Throws what concerns the request as a whole.
   */
  explain(request: ExplainRequest, signal?: Cancellation): AsyncIterable<ExplainEvent>;
  /** Explains and writes `STEM.METHOD.CLASS.npy`, `.png` and `manifest.json` (see docs/command-line.md). */
  save(request: SaveRequest, signal?: Cancellation): AsyncIterable<SaveEvent>;
  /**
   * Puts a map that is there to tests, one after another: `progress`, then the `judgement` of each. A test that says nothing of this map has no value; its verdict says why.
   * Throws what concerns the request as a whole.
   */
  judge(request: JudgeRequest, signal?: Cancellation): AsyncIterable<JudgeEvent>;
  /** Writes `<model>.sightline.json` from what was found and guessed; returns its path. Never overwrites. */
  createProfile(request: ModelRequest, signal?: Cancellation): Promise<string>;
  /** Frees every model and program. */
  dispose(): Promise<void>;
}
