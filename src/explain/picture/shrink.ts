import { resample, type Picture } from "./resample";

/** The picture with no side longer than `side` pixels, for showing; the same one when it is small enough. */
export function shrink(picture: Picture, side: number): Picture {
  const scale = side / Math.max(picture.width, picture.height);
  if (scale >= 1) return picture;
  const size = {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
  return resample(picture, size, { kernel: "bilinear", antialias: true });
}
