/**
 * How images become the network's input and what its outputs mean. Every field can stand in `<model>.sightline.json`; what
 * does not is found beside the model, in the graph, or guessed by trial, and each field remembers where it came from.
 */
export interface Profile {
  /** The network's input size. */
  readonly size: { readonly width: number; readonly height: number };
  /**
   * `squash` = resize to the input size; `crop` = resize the shorter side to `resizeTo`, then cut out the centre; `letterbox` =
   * resize to fit, then pad with `fill`.
   */
  readonly resize: "squash" | "crop" | "letterbox";
  /** For `crop`: the shorter side after resizing, in pixels. */
  readonly resizeTo: number;
  readonly kernel: "nearest" | "bilinear" | "bicubic";
  /** Whether shrinking averages over the pixels it passes (as PIL does) or not (as OpenCV does). */
  readonly antialias: boolean;
  /** Colour of the padding (of a letterbox, or of a crop larger than the resized image), 0–255. */
  readonly fill: readonly [number, number, number];
  readonly colour: "rgb" | "bgr" | "grey";
  /** Pixel value 255 becomes this before mean and std: 1 or 255. */
  readonly range: 1 | 255;
  /** Per channel in the network's channel order, in units of `range`: input = (pixel − mean) / std. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** The classification output. */
  readonly output: string;
  /** What turns the score into a probability. */
  readonly activation: "softmax" | "sigmoid" | "none";
  /** The layer where class activation maps read, or "auto". */
  readonly layer: string;
  /** Index of a class that means "nothing", such as 0 in TensorFlow's 1001 classes; left out of top-k. */
  readonly backgroundClass?: number;
  /** One name per class; empty = unknown. */
  readonly labels: readonly string[];
}

export type ProfileField = keyof Profile;

/** Where a field's value came from: `file` = the sidecar or a file beside the model, `graph`, `guess`, `default`. */
export interface ProfileSource {
  readonly from: "sidecar" | "file" | "graph" | "guess" | "default";
  /** In words: which file, which layer, which trial with which winner and runner-up, and how sure that is. */
  readonly detail: string;
  /** What was measured, for those who want to know exactly. */
  readonly figures?: string;
}

export interface SourcedProfile {
  readonly profile: Profile;
  readonly sources: Readonly<Record<ProfileField, ProfileSource>>;
}
