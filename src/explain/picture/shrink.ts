import { resample, type Picture } from "./resample";

/** The picture with its longer side at most `side` pixels, for showing; never enlarged. */
export function shrink(picture: Picture, side: number): Picture {
  const scale = side / Math.max(picture.width, picture.height);
  if (scale >= 1) return picture;
  const to = {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
  return resample(picture, to, { kernel: "bilinear", antialias: true });
}
