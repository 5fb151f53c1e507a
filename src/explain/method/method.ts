import type { Builder } from "../graph/builder";
import type { Anatomy } from "../model/model";

/** What a method is asked to explain, as values of the graph that it extends. */
export interface Target {
  readonly anatomy: Anatomy;
  /** The value to explain, shaped [N,classes]. */
  readonly score: string;
  /** The cotangent of `score` that selects the classes: one-hot, [N,classes], with an axis K in front when `classes` > 1. */
  readonly seed: string;
  /** The same choice as a cotangent of the model's own logits, whatever the score: [N,outputs] or [K,N,outputs]. */
  readonly logitSeed: string;
  /** The class indices behind `seed`, int64, [N] or [K,N]. */
  readonly classIndices: string;
  /** K: how many classes are explained at once. */
  readonly classes: number;
  /** The layer where the method reads (methods with `readsAt: "layer"`). */
  readonly layer: string;
}

/** An attribution method: it plans a graph and never runs one. */
export interface Method {
  readonly id: string;
  readonly title: string;
  /** Authors, venue, year. */
  readonly paper: string;
  /** The formula in plain text, with the paper's equation number. */
  readonly formula: string;
  readonly readsAt: "layer" | "input";
  /** The last step before a map is written or shown; the engine keeps what comes before it. */
  readonly final: "relu" | "none";
  /** One sentence when the method does not apply to the model, with what to use instead; else `undefined`. */
  refuses(anatomy: Anatomy, layer: string): string | undefined;
  /**
   * Adds the method's nodes and returns the map before the final step: [N,h,w] for layers, [N,C,H,W] in input space, signed, with an
   * axis K in front when `target.classes` > 1.
   */
  plan(g: Builder, target: Target): string;
}
