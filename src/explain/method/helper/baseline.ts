import type { ImageInput } from "../../model/model";
import { zeros, type Tensor } from "../../tensor";
import { rangeOf } from "../../range";
import { fills, replaced } from "./fill";
import { uniform } from "./random";

/** What a baseline is made with besides the image. */
interface Asked {
  /** Of the blur, in pixels. */
  readonly deviation: number;
  readonly seed: number;
}

/** An image without what is to be explained, by its name, in the shape of the image. */
export const baselines = {
  zero: ({ type, dims }: Tensor) => zeros(type, dims),
  mean: (image: Tensor, layout: ImageInput["layout"]) => fills.mean(image, layout),
  blur: (image: Tensor, layout: ImageInput["layout"], { deviation }: Asked) =>
    fills.blur(image, layout, deviation),
  /** Uniform between the least and the greatest number of each channel. */
  uniform: (image: Tensor, layout: ImageInput["layout"], { seed }: Asked) => {
    let part = 0;
    return replaced(image, layout, (values) => {
      const next = uniform(seed, part++);
      const { min, max } = rangeOf(values);
      return values.map((_, i) => min + (max - min) * next(i));
    });
  },
} as const;
