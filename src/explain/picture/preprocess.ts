import { SightlineError } from "../error";
import { inputDims } from "../model/inputDims";
import type { Profile } from "../profile/profile";
import type { ImageInput } from "../model/model";
import type { Tensor } from "../tensor";
import type { Geometry, Rectangle, Size } from "./geometry";
import { resample, roundHalfToEven, type Picture } from "./resample";

/** The part of a profile that turns an image into numbers. */
export type Preprocessing = Pick<
  Profile,
  | "size"
  | "resize"
  | "resizeTo"
  | "kernel"
  | "antialias"
  | "fill"
  | "colour"
  | "range"
  | "mean"
  | "std"
>;

export interface Seen {
  /** What the network sees, before normalisation: of the input's size, RGB (three equal channels for a grey model). */
  readonly picture: Picture;
  /** From the pixels of the original image to the input and back. */
  readonly geometry: Geometry;
}

export interface Preprocessed extends Seen {
  /** [1,C,H,W], or [1,H,W,C] for an NHWC model. */
  readonly tensor: Tensor;
}

/** From a decoded image to what the network is fed, as torchvision and PIL (or OpenCV) do it. */
export function preprocess(
  image: Picture & { readonly original: Size },
  profile: Preprocessing,
  input: Pick<ImageInput, "layout" | "channels">,
): Preprocessed {
  const seen = see(image, profile);
  return { ...seen, tensor: toTensor(seen.picture, profile, input) };
}

/** Resizes and crops or pads. Sizes are worked out from the original's, also where `image` was reduced while it was read. */
export function see(image: Picture & { readonly original: Size }, profile: Preprocessing): Seen {
  const { resized, left, top } = placements[profile.resize](image.original, profile);
  const shown: Rectangle = {
    x0: Math.max(0, -left),
    y0: Math.max(0, -top),
    x1: Math.min(resized.width, profile.size.width - left),
    y1: Math.min(resized.height, profile.size.height - top),
  };
  const part = resample(image, resized, profile, shown);
  const framed = frame(part, Math.max(0, left), Math.max(0, top), profile);
  return {
    picture: profile.colour === "grey" ? toGrey(framed) : framed,
    geometry: {
      image: image.original,
      input: profile.size,
      scaleX: resized.width / image.original.width,
      scaleY: resized.height / image.original.height,
      offsetX: left,
      offsetY: top,
    },
  };
}

/** Where the resized image lies in the input: negative = cut off there. */
interface Placement {
  readonly resized: Size;
  readonly left: number;
  readonly top: number;
}

const placements: Record<Profile["resize"], (image: Size, profile: Preprocessing) => Placement> = {
  squash: (_, { size }) => ({ resized: size, left: 0, top: 0 }),
  // torchvision's Resize(resizeTo) and CenterCrop(size), with their roundings.
  crop: (image, { size, resizeTo }) => {
    const shorter = Math.min(image.width, image.height);
    const longer = Math.trunc((resizeTo * Math.max(image.width, image.height)) / shorter);
    const resized =
      image.width <= image.height
        ? { width: resizeTo, height: longer }
        : { width: longer, height: resizeTo };
    return {
      resized,
      left: centre(resized.width, size.width),
      top: centre(resized.height, size.height),
    };
  },
  // PIL's ImageOps.pad, with its roundings.
  letterbox: (image, { size }) => {
    const resized =
      image.width / image.height > size.width / size.height
        ? { width: size.width, height: atLeastOne((image.height / image.width) * size.width) }
        : { width: atLeastOne((image.width / image.height) * size.height), height: size.height };
    return {
      resized,
      left: roundHalfToEven((size.width - resized.width) / 2),
      top: roundHalfToEven((size.height - resized.height) / 2),
    };
  },
};

const atLeastOne = (length: number): number => Math.max(1, roundHalfToEven(length));

/** The offset of `length` centred in `window`: torchvision pads by whole halves and crops by rounding half to even. */
function centre(length: number, window: number): number {
  return length <= window
    ? Math.floor((window - length) / 2)
    : -roundHalfToEven((length - window) / 2);
}

/** Lays a picture that is not larger than the input on the colour of the padding. */
function frame(
  picture: Picture,
  left: number,
  top: number,
  { size, fill }: Preprocessing,
): Picture {
  const { width, height } = size;
  if (picture.width === width && picture.height === height) return picture;
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = fill[i % 3]!;
  const row = picture.width * 3;
  for (let y = 0; y < picture.height; y++) {
    rgb.set(picture.rgb.subarray(row * y, row * (y + 1)), 3 * ((top + y) * width + left));
  }
  return { width, height, rgb };
}

/** Colour order, range, mean and standard deviation: (pixel · range / 255 − mean) / std. Throws `SightlineError("profile")`. */
export function toTensor(
  { width, height, rgb }: Picture,
  profile: Pick<Preprocessing, "colour" | "range" | "mean" | "std">,
  { layout, channels }: Pick<ImageInput, "layout" | "channels">,
): Tensor {
  const tables = normalisation(profile, channels);
  const size = width * height;
  const data = new Float32Array(channels * size);
  const [toChannel, toPixel] = layout === "NCHW" ? [size, 1] : [1, channels];
  for (let c = 0; c < channels; c++) {
    const table = tables[c]!;
    const from = order[profile.colour][c]!;
    for (let i = 0; i < size; i++) data[c * toChannel + i * toPixel] = table[rgb[3 * i + from]!]!;
  }
  return { type: "float32", dims: inputDims({ layout, channels }, { width, height }), data };
}

/** Which colour of a pixel each channel reads. */
const order: Record<Profile["colour"], readonly number[]> = {
  rgb: [0, 1, 2],
  bgr: [2, 1, 0],
  grey: [0, 0, 0],
};

/** Per channel, what each of the 256 grey levels becomes. */
function normalisation(
  { colour, range, mean, std }: Pick<Preprocessing, "colour" | "range" | "mean" | "std">,
  channels: number,
): Float32Array[] {
  if (channels !== 3 && !(channels === 1 && colour === "grey")) {
    throw new SightlineError(
      "profile",
      `The model's input has ${channels} channel${channels === 1 ? "" : "s"}, which colour “${colour}” does not give; ` +
        (channels === 1
          ? "set “colour” to “grey” in the profile."
          : "Sightline feeds 1 or 3 channels."),
      { channels, colour },
    );
  }
  const of = (values: readonly number[], key: string, c: number): number => {
    if (values.length === 1) return values[0]!;
    if (values.length === channels) return values[c]!;
    throw new SightlineError(
      "profile",
      `“${key}” in the profile has ${values.length} numbers, but the model's input has ${channels} channels; give 1 or ${channels}.`,
      { key, channels },
    );
  };
  return Array.from({ length: channels }, (_, c) =>
    Float32Array.from(
      { length: 256 },
      (_, level) => ((level * range) / 255 - of(mean, "mean", c)) / of(std, "std", c),
    ),
  );
}

/** PIL's “L”: ITU-R 601-2 luma in 16-bit fixed point (`Convert.c`). */
function toGrey({ width, height, rgb }: Picture): Picture {
  const grey = new Uint8Array(rgb.length);
  for (let i = 0; i < rgb.length; i += 3) {
    const luma = (rgb[i]! * 19595 + rgb[i + 1]! * 38470 + rgb[i + 2]! * 7471 + 0x8000) >> 16;
    grey.fill(luma, i, i + 3);
  }
  return { width, height, rgb: grey };
}
