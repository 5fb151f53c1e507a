import type { ImageInput } from "../../model/model";
import cifar100 from "./cifar100.json";
import imagenet from "./imagenet.json";

/** Class names guessed from nothing but the number of outputs. */
export interface KnownLabels {
  readonly labels: readonly string[];
  readonly backgroundClass?: number;
  /** Why, in words. */
  readonly detail: string;
}

interface Row {
  readonly classes: number;
  /** What the input must look like for the guess to be a good one. */
  readonly input: (input: Pick<ImageInput, "channels" | "height" | "width">) => boolean;
  readonly names: string;
  readonly labels: readonly string[];
  readonly backgroundClass?: number;
}

const cifar10 = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
];
const colour: Row["input"] = ({ channels }) => channels === 3;
const small: Row["input"] = ({ channels, height, width }) =>
  channels === 3 && height === 32 && width === 32;

const rows: readonly Row[] = [
  { classes: 1000, input: colour, names: "ImageNet-1k names", labels: imagenet },
  {
    classes: 1001,
    input: colour,
    names: "ImageNet-1k names after a background class",
    labels: ["background", ...imagenet],
    backgroundClass: 0,
  },
  { classes: 10, input: small, names: "CIFAR-10 names, as the input is 32 × 32", labels: cifar10 },
  {
    classes: 100,
    input: small,
    names: "CIFAR-100 names, as the input is 32 × 32",
    labels: cifar100,
  },
];

/** The names a model with so many outputs most likely means; `undefined` when there is no good guess. */
export function knownLabels(
  classes: number,
  input: Pick<ImageInput, "channels" | "height" | "width">,
): KnownLabels | undefined {
  const row = rows.find((candidate) => candidate.classes === classes && candidate.input(input));
  return row && { ...row, detail: `${classes} outputs: ${row.names}` };
}
