import type { Builder } from "../graph/builder";
import type { Graph } from "../graph/graph";
import type { Anatomy } from "../model/model";
import type { Parameters, Values } from "./parameter";
import type { Interim, Work } from "./work";

/** The model that a method is asked about. */
export interface Subject {
  /** float32, image size concrete. */
  readonly graph: Graph;
  readonly anatomy: Anatomy;
}

/** What a method is asked to explain, as values of the graph that it extends. */
export interface Target {
  readonly anatomy: Anatomy;
  /** All class scores before any activation, [N,classes]. */
  readonly logits: string;
  /** What is differentiated, [N,classes]: logits, probabilities or log-probabilities. */
  readonly score: string;
  /**
   * The cotangent of `score` whose gradient is that of `value`: [N,classes], with an axis K in front when `classes` > 1. One-hot for a class alone; further
   * ones for a set of classes, −1 for the class that it is compared with.
   */
  readonly seed: string;
  /** The same choice as a cotangent of the model's own logits, whatever the score: [N,outputs] or [K,N,outputs]. */
  readonly logitSeed: string;
  /** Whether `logitSeed` may have negative numbers: a score that is negated or compared, or the first class of a single sigmoid output. */
  readonly isOpposed: boolean;
  /** The number that is explained, [N] or [K,N]. */
  readonly value: string;
  /** The class indices behind `seed`, int64, [N] or [K,N]. */
  readonly classIndices: string;
  /** K: how many classes are explained at once. */
  readonly classes: number;
  /** The layer where the method reads; empty for `readsAt: "input"`. */
  readonly layer: string;
}

/** What every attribution method says of itself. */
interface About<P extends Parameters> {
  readonly id: string;
  readonly title: string;
  /** Authors, venue, year. */
  readonly paper: string;
  /** The formula in plain text, with the paper's equation number. */
  readonly formula: string;
  readonly family: Family;
  /** `both` = a layer is chosen, and the map lies in input space. */
  readonly readsAt: "layer" | "input" | "both";
  /**
   * What the picture of a map [C,H,W] shows of its channels: their sum, or the largest of their magnitudes where the sign of a slope is not for or
   * against the class; absent = sum.
   */
  readonly shows?: "sum" | "magnitude";
  /** `free` = 0 means nothing, only differences between places do: pictures are drawn from the least value; absent = 0 is no evidence. */
  readonly level?: "free";
  /** The last step before a map is written or shown; the engine keeps what comes before it. */
  readonly final: "relu" | "none";
  readonly parameters: P;
  /** What is to be known before the map is trusted, in one sentence; shown beside every map. */
  readonly caution?: string;
  /** What may be asked for and changes nothing, as one sentence; told where it is asked for. */
  readonly indifferentTo?: Readonly<Partial<Record<"score" | "negated", string>>>;
  /** The titles of the numbers that come with each map ({@link Interim.facts}). */
  readonly facts?: Readonly<Record<string, string>>;
  /** One sentence when the method does not apply to the model, with what to use instead; else `undefined`. */
  refuses(
    subject: Subject,
    layer: string,
    values: Values<P>,
    asked?: Pick<Target, "isOpposed">,
  ): string | undefined;
  /** Whether these values make a method that reads at layers read at the input instead: its map then lies there. */
  readsInput?(values: Values<P>): boolean;
  /** One sentence on what holds for this model only, such as activations that a rule does not cover. */
  remark?(subject: Subject, layer: string, values: Values<P>): string | undefined;
}

/** How methods are grouped where they are listed. */
export type Family = "activation" | "gradient" | "excitation" | "perturbation" | "attention";

/** A method whose map is computed in the same run as the prediction: it plans a graph and runs nothing. */
export interface GraphMethod<P extends Parameters = Parameters> extends About<P> {
  /**
   * Adds the method's nodes and returns the map before the final step: [N,h,w] for layers, [N,C,H,W] or [N,H,W] in input space, signed, with an
   * axis K in front when `target.classes` > 1.
   */
  plan(g: Builder, target: Target, values: Values<P>): string;
  readonly run?: undefined;
}

/** A method of many runs, from coarse to fine: its caller may stop it at any time and keep what it has. */
export interface RunMethod<P extends Parameters = Parameters> extends About<P> {
  readonly plan?: undefined;
  /** Whether its runs go back from the score of each class, so that every class takes memory of its own. */
  readonly goesBack?: true;
  /** Maps so far, again and again; the last is the whole result. Ends early when nobody asks for the next. */
  run(work: Work, values: Values<P>): AsyncIterable<Interim>;
}

/** An attribution method. */
export type Method = GraphMethod | RunMethod;

/** A method with its own parameters, as one among many: its values are always those that `complete` made for it. */
export function method<const P extends Parameters>(own: GraphMethod<P> | RunMethod<P>): Method {
  return own as unknown as Method;
}
