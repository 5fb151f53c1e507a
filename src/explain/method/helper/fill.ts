import { convolved, gaussian } from "../../convolve";
import type { ImageInput } from "../../model/model";
import { zeros, type Tensor } from "../../tensor";
import { imageSize } from "./inputAxes";

/**
 * What takes the place of hidden pixels, by its name, in the shape of the image. `zero` is 0 in the network's input space; `mean` the mean of each channel over this image; `blur` this image behind a Gaussian of the
 * given standard deviation in pixels, mirrored at its borders.
 */
export const fills = {
  zero: ({ type, dims }: Tensor) => zeros(type, dims),
  mean: (image: Tensor, layout: ImageInput["layout"]) =>
    replaced(image, layout, (values) => values.fill(meanOf(values))),
  blur: (image: Tensor, layout: ImageInput["layout"], deviation: number) => {
    const { width } = imageSize(image.dims, layout);
    const bell = gaussian(deviation, Math.ceil(3 * deviation));
    return replaced(image, layout, (values) => convolved(values, width, bell, "mirrored"));
  },
} as const;

/** The places of each channel's numbers, in the order of rows. */
function channelsOf({ dims }: Tensor, layout: ImageInput["layout"]): (i: number) => Place {
  const { height, width } = imageSize(dims, layout);
  const count = height * width;
  const channels = layout === "NCHW" ? dims[1]! : dims[3]!;
  return layout === "NCHW"
    ? (channel) => ({ first: channel * count, step: 1, count, channels })
    : (channel) => ({ first: channel, step: channels, count, channels });
}

interface Place {
  readonly first: number;
  readonly step: number;
  readonly count: number;
  readonly channels: number;
}

/** An image whose numbers are made anew, channel by channel, from those of another in the order of rows. */
export function replaced(
  image: Tensor,
  layout: ImageInput["layout"],
  change: (values: Float64Array) => Float64Array,
): Tensor {
  const placeOf = channelsOf(image, layout);
  const result = zeros(image.type, image.dims);
  for (let channel = 0; channel < placeOf(0).channels; channel++) {
    const { first, step, count } = placeOf(channel);
    const values = Float64Array.from({ length: count }, (_, i) => image.data[first + i * step]!);
    change(values).forEach((value, i) => (result.data[first + i * step] = value));
  }
  return result;
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
