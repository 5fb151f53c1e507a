import type { Judgement, JudgementInfo } from "../api";
import { SightlineError } from "../error";
import type { Grid } from "../picture/upsample";
import type { Tensor } from "../tensor";

/** What a test is put to: one map of one image. */
export interface Exhibit {
  /** The map behind its final step, at the resolution of the network's input, all numbers; where it does not reach, its least value. */
  readonly map: Grid;
  /** The least and the largest value of the map at its own resolution, which the drawn one may not quite reach. */
  readonly range: { readonly min: number; readonly max: number };
  /** The map behind its final step, as its method made it. */
  readonly own: RawMap;
  /** The method's title. */
  readonly method: string;
  /** Whether the method takes many runs. */
  readonly progressive: boolean;
  /** What the network is fed, [1,C,H,W] or [1,H,W,C]. */
  readonly input: Tensor;
  readonly layout: "NCHW" | "NHWC";
  /** What the score is of, as sentences name it: “tabby”, “tabby” rather than “tiger cat”. */
  readonly name: string;
  /** The score of the input as it is: a probability, or the logit of a network that has none. */
  readonly score: number;
  /** Whether scores are probabilities. */
  readonly isProbability: boolean;
  /**
   * The scores of other inputs, in order, some at a time.
   *
   * @param write puts the numbers of image number `index` into `data`, which holds those of the input.
   */
  scores(
    count: number,
    write: (index: number, data: Float32Array) => void,
  ): AsyncIterable<readonly number[]>;
  /**
   * The same map of networks that lose what they have learned: more and more layers from the output down have their weights shuffled, in the end all, in several
   * orders. A method of many runs is only asked in the end.
   */
  shuffled(): AsyncIterable<ShuffledStep>;
}

/** [h,w], [H,W] or [C,H,W], C order. */
export interface RawMap {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A step of the work, with a map behind its final step when one is ready. */
export interface ShuffledStep {
  /** How much of the work is done, 0 to 1. */
  readonly done: number;
  /** The share of the layers that are shuffled. */
  readonly share?: number;
  readonly map?: RawMap;
}

/** What a test found: {@link Judgement} without what the test always says. */
export type Finding = Pick<Judgement, "verdict" | "distrust" | "curve"> & {
  readonly value: number;
};

/** One test of maps. */
export interface Judge extends JudgementInfo {
  readonly better: Judgement["better"];
  /**
   * Yields how much of its work is done, 0 to 1, and returns what it found. Ends early when nobody asks for more. Throws
   * `SightlineError("method")` where the test says nothing of such a map.
   */
  judge(exhibit: Exhibit): AsyncGenerator<number, Finding>;
}

/** Why a test cannot be put to a map. */
export function refusal(sentence: string): SightlineError {
  return new SightlineError("method", sentence);
}

/** Throws where no pixel comes before another. */
export function checkVaries({ map: { data } }: Pick<Exhibit, "map">): void {
  const [first] = data;
  if (data.some((value) => value !== first)) return;
  throw refusal(
    "The map has the same value everywhere, so that no pixel counts more than another; choose a map that shows something.",
  );
}
