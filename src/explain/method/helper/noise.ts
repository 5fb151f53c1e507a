import { rangeOf } from "../../range";
import { zeros } from "../../tensor";
import { integer, real } from "../parameter";
import type { Named, Work } from "../work";
import { normal } from "./random";

/** The parameters of methods that look at noisy images. */
export const noiseParameters = {
  samples: integer({
    title: "Samples",
    meaning: "How many noisy images are looked at (n).",
    unit: "images",
    default: 25,
    min: 1,
    max: 10_000,
  }),
  noise: real({
    title: "Noise",
    meaning:
      "The noise's standard deviation (σ), as a share of what lies between the smallest and the largest number of the network's input.",
    unit: "share of the input's range",
    default: 0.15,
    min: 0,
    max: 10,
  }),
  seed: integer({
    title: "Seed",
    meaning: "Another seed gives other noise.",
    default: 0,
    min: 0,
    max: 2 ** 31 - 1,
  }),
};

/** Feeds the input with normal noise: image number `first` and those behind it, `size` of them. The noise of a number is the same in every batch. */
export function noisyImages(
  { input, subject }: Pick<Work, "input" | "subject">,
  { noise, seed }: { readonly noise: number; readonly seed: number },
): (first: number, size: number) => Named {
  const { min, max } = rangeOf(input.data);
  const deviation = noise * (max - min);
  return (first, size) => {
    const { data, dims, type } = input;
    const images = zeros(type, [size, ...dims.slice(1)]);
    for (let image = 0; image < size; image++) {
      const numbers = normal(seed, first + image, data.length);
      const at = image * data.length;
      for (let i = 0; i < data.length; i++) {
        images.data[at + i] = data[i]! + deviation * numbers[i]!;
      }
    }
    return { [subject.anatomy.input.name]: images };
  };
}
