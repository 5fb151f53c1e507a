import type { Graph } from "../graph/graph";
import type { Extent } from "../picture/geometry";
import type { DType } from "../tensor";
import type { InputScaling } from "./inputScaling";
import type { Layouts } from "./layout/follow";

/** The input that takes the image. */
export interface ImageInput {
  readonly name: string;
  /** As the file has it; it is fed float32 whatever it is. */
  readonly type: DType;
  readonly layout: "NCHW" | "NHWC";
  readonly channels: number;
  /** `undefined` = the model takes any size. */
  readonly height: number | undefined;
  readonly width: number | undefined;
  /** The batch size that the exporter fixed; `undefined` = any. */
  readonly batch: number | undefined;
}

/** The classification output and what lies before it. */
export interface ClassScore {
  /** The graph output that was taken, and why it in words. */
  readonly output: string;
  readonly reason: string;
  /** The outputs that could be taken instead, and the one that was, in the file's order. */
  readonly candidates: readonly string[];
  /** The value before the trailing Softmax / LogSoftmax / Sigmoid, shaped [N,K] or [N,K,1,1]. */
  readonly logit: string;
  /**
   * What was found behind the logit; `none` = the graph ends in logits. `inside` = the logit is the output itself, with an activation in it that
   * cannot be stepped behind, such as HardSigmoid or a mean of several softmaxes: its numbers are the model's last word.
   */
  readonly tail: "softmax" | "logSoftmax" | "sigmoid" | "inside" | "none";
  /** K: the length of the output vector. */
  readonly classes: number;
}

/** A value that has rows and columns, or tokens that lie in a grid: where a class activation map can read. */
export interface Layer {
  /** The tensor's name in the model file. */
  readonly name: string;
  /** The operator that makes it. */
  readonly op: string;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Where it lies, if not all over the network's input: behind a crop or a border within the network. */
  readonly extent?: Extent;
  /** Whether the score depends on its places; `false` where only a class token beside them counts, behind the last attention. */
  readonly reached: boolean;
  readonly default: boolean;
}

/** Last map → pooling → linear: what the method `cam` needs. */
export interface CamHead {
  readonly layer: string;
  /**
   * The value that holds the class weights, [classes,channels] (followed by 1×1 for a convolution), or [channels,classes] when
   * `transposed`; absent when the map's channels are the classes.
   */
  readonly weights?: { readonly name: string; readonly transposed: boolean };
}

/** What structural analysis finds in a graph. */
export interface Anatomy {
  readonly input: ImageInput;
  /** What the graph itself does to pixels first; absent when nothing was recognized. */
  readonly scaling?: InputScaling;
  readonly score: ClassScore;
  readonly layers: readonly Layer[];
  /** Why the default layer is the default, or why there is none, in one sentence. */
  readonly layerReason: string;
  /** `string` = why the model has no such head, in one sentence. */
  readonly camHead: CamHead | string;
  /** What each axis of each value stands for. */
  readonly layouts: Layouts;
}

/** A model file, read. */
export interface OpenedModel {
  readonly file: string;
  /** Id of the format, such as `onnx`. */
  readonly format: string;
  readonly graph: Graph;
  /** The values that the file names; what reading took operators apart into has other names. */
  readonly names: ReadonlySet<string>;
  /** Facts about the file for `inspect`: opset, producer, … */
  readonly facts: Readonly<Record<string, string>>;
  /** Files other than `file` that hold parts of the model. */
  readonly companions: readonly string[];
}
