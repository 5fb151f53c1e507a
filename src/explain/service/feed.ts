import type { Explanation, ExplainRequest } from "../api";
import { SightlineError } from "../error";
import { decodeNpy } from "../file/npy";
import { inputDims } from "../model/inputDims";
import { ofInput, type Geometry } from "../picture/geometry";
import { preprocess } from "../picture/preprocess";
import { shrink } from "../picture/shrink";
import type { Platform } from "../platform";
import { sizeOf, type Tensor } from "../tensor";
import type { ExplainedEvent } from "./save";
import type { ReadyModel } from "./store";

/** What is fed to a model, and how its result goes back to the picture. */
export interface Feed {
  readonly tensor: Tensor;
  readonly geometry: Geometry;
  readonly seen?: Explanation["seen"];
  readonly picture?: Explanation["picture"];
  readonly bitmap?: ExplainedEvent["bitmap"];
}

/** Reads an image, or the array that takes its place, as the model takes it. Throws `SightlineError` that names the file. */
export function feed(
  platform: Platform,
  model: ReadyModel,
  { tensor, pictureSide }: Pick<ExplainRequest, "tensor" | "pictureSide">,
  source: string,
): Promise<Feed> {
  return tensor === undefined
    ? feedImage(platform, model, source, pictureSide)
    : feedTensor(platform, model, source);
}

/** The shape of `--tensor`'s array; what cannot be read is told when it is fed. */
export async function fedDims(
  { files }: Platform,
  { tensor }: ExplainRequest,
): Promise<readonly number[] | undefined> {
  if (tensor === undefined) return undefined;
  try {
    return decodeNpy(await files.read(tensor), tensor).dims;
  } catch {
    return undefined;
  }
}

async function feedImage(
  { images }: Platform,
  { inspection }: ReadyModel,
  path: string,
  pictureSide: number | undefined,
): Promise<Feed> {
  const bitmap = await images.decode(path);
  const {
    tensor,
    geometry,
    picture: seen,
  } = preprocess(bitmap, inspection.profile, inspection.input);
  if (pictureSide === undefined) return { tensor, geometry, seen, bitmap };
  const shown = shrink(bitmap, pictureSide);
  const encoded = await images.encodeJpeg(shown, shown.rgb);
  return {
    tensor,
    geometry,
    seen,
    bitmap,
    picture: { width: shown.width, height: shown.height, encoded },
  };
}

/** A float32 array of exactly the input's shape; there is no picture, so the map's own place is the input. */
async function feedTensor(
  { files }: Platform,
  { inspection }: ReadyModel,
  path: string,
): Promise<Feed> {
  const tensor = decodeNpy(await files.read(path), path);
  const { input, profile } = inspection;
  const { size } = profile;
  if (tensor.dims.join() !== inputDims(input, size).join() || sizeOf(tensor.dims) === 0) {
    const { height = "height", width = "width" } = input;
    const wanted = inputDims(input, { width, height }).join(",");
    const problem = `the array has the shape [${tensor.dims.join(",")}], but the model's input is [${wanted}]`;
    throw new SightlineError("input", `${path}: ${problem}; save it in that shape.`, {
      file: path,
    });
  }
  return {
    tensor,
    geometry: ofInput(size),
  };
}
