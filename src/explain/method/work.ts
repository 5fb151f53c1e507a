import type { Builder } from "../graph/builder";
import type { ValueType } from "../graph/graph";
import type { Profile } from "../profile/profile";
import type { Tensor } from "../tensor";
import type { Subject, Target } from "./method";

/** Named tensors: what is fed to a stage and what comes out. */
export type Named = Readonly<Record<string, Tensor>>;

/** What a method of many runs is asked to explain, and its way to run graphs. */
export interface Work {
  readonly subject: Subject;
  /** Empty for methods that read at the input. */
  readonly layer: string;
  /** One image as the network takes it, [1,C,H,W] or [1,H,W,C]. */
  readonly input: Tensor;
  /** How images become such numbers: what mean, zero and range of a picture are there. */
  readonly profile: Profile;
  /** The classes to explain, K of them. */
  readonly classes: readonly number[];
  /** What is explained, at this input: one number for each class. */
  scores(): Promise<readonly number[]>;
  /** Runs a stage once, for one image: this input unless another is fed. */
  run(stage: Stage, feeds?: Named): Promise<Named>;
  /**
   * Runs a stage for `count` images, in batches of a size that is chosen by measuring, in order.
   *
   * @param feeds makes what is fed for the images from `first` on, `size` of them; what is not fed is this input, repeated.
   */
  batches(
    stage: Stage,
    count: number,
    feeds: (first: number, size: number) => Named,
  ): AsyncIterable<Batch>;
}

/** One kind of run. Equal ids of a method mean equal graphs: parameters that decide the graph stand in it; model, layer, classes and score need not. */
export interface Stage {
  readonly id: string;
  /**
   * Makes the network's input, [N,…] as the model takes it, from inputs of its own (`g.input`, batch axis `image.dims[0]` in front where they have one), so that a change of
   * the image is made where it runs; absent = images are fed.
   */
  image?(g: Builder, image: ValueType): string;
  /** Adds what is to be computed for N images, and names it. */
  plan(g: Builder, target: Target): Readonly<Record<string, string>>;
}

/** The results for `count` images from `first` on: N of `outputs`. */
export interface Batch {
  readonly first: number;
  readonly count: number;
  readonly outputs: Named;
}

/** A result so far. */
export interface Interim {
  /** Makes the maps, one per class in the order of {@link Work.classes}: [h,w] at the layer, [C,H,W] or [H,W] in input space. Asked only when they are wanted. */
  maps(): readonly { readonly dims: readonly number[]; readonly data: Float32Array }[];
  /** How much of the work is in it: `done` of `planned`, in `unit` (“masks”). */
  readonly done: number;
  readonly planned: number;
  readonly unit: string;
  /** Of each class's map, in units of its values: root of their mean squared standard error; absent where the maps are no estimate. */
  readonly standardError?: readonly number[];
  /** Numbers about the maps, one list of K each, by the names in the method's `facts`. */
  readonly facts?: Readonly<Record<string, readonly number[]>>;
}
