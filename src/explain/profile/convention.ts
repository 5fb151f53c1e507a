import type { Profile } from "./profile";

/** A way of turning pixels into numbers that models are commonly trained with. */
export interface Convention {
  readonly id: string;
  readonly title: string;
  readonly fields: Pick<Profile, "colour" | "range" | "mean" | "std">;
  /** Conventions of one kin differ too little to tell apart; the runner-up is always of another. */
  readonly kin: string;
  /** Caffe's conventions came with its ImageNet models and are tried on no others. */
  readonly imagenetOnly?: boolean;
}

function row(
  id: string,
  title: string,
  [colour, range, mean, std]: [Profile["colour"], 1 | 255, readonly number[], readonly number[]],
  more: Partial<Pick<Convention, "kin" | "imagenetOnly">> = {},
): Convention {
  return { id, title, fields: { colour, range, mean, std }, kin: id, ...more };
}

const caffe = [103.939, 116.779, 123.68];
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

export const conventions: readonly Convention[] = [
  row("imagenet", "RGB, ImageNet mean and std", ["rgb", 1, imagenet.mean, imagenet.std]),
  row("unit", "RGB 0–1", ["rgb", 1, [0], [1]]),
  row("signed", "RGB −1–1", ["rgb", 1, [0.5], [0.5]]),
  row("bytes", "RGB 0–255", ["rgb", 255, [0], [1]]),
  row("bytesBgr", "BGR 0–255", ["bgr", 255, [0], [1]], { imagenetOnly: true }),
  row("means", "RGB 0–255 minus means", ["rgb", 255, [...caffe].reverse(), [1]], {
    imagenetOnly: true,
  }),
  row("meansBgr", "BGR 0–255 minus means", ["bgr", 255, caffe, [1]], {
    kin: "caffe",
    imagenetOnly: true,
  }),
  row("meansBgrRounded", "BGR 0–255 minus [104, 117, 123]", ["bgr", 255, [104, 117, 123], [1]], {
    kin: "caffe",
    imagenetOnly: true,
  }),
  row("unitGrey", "grey 0–1", ["grey", 1, [0], [1]]),
  row("signedGrey", "grey −1–1", ["grey", 1, [0.5], [0.5]]),
  row("bytesGrey", "grey 0–255", ["grey", 255, [0], [1]]),
];

/** Whether so many outputs mean ImageNet-1k, with or without TensorFlow's background class. */
export const isImagenetHead = (classes: number): boolean => classes === 1000 || classes === 1001;

const keys = ["colour", "range", "mean", "std"] as const;

/** The conventions that a model may follow, given what is known for certain. */
export function possibleConventions(
  channels: number,
  classes: number,
  known: Partial<Convention["fields"]>,
): readonly Convention[] {
  const grey = channels === 1 || known.colour === "grey";
  return conventions.filter(
    ({ fields, imagenetOnly }) =>
      (fields.colour === "grey") === grey &&
      (isImagenetHead(classes) || !imagenetOnly) &&
      keys.every((key) => known[key] === undefined || String(known[key]) === String(fields[key])),
  );
}
