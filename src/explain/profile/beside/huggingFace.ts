import { namesIn } from "../labels/labelFile";
import type { Profile } from "../profile";
import { named, type Said } from "./said";
import { isRecord } from "../schema";

/**
 * Hugging Face's `preprocessor_config.json`:
 * https://huggingface.co/docs/transformers/main_classes/image_processor. Images are resized by PIL, so always antialiased.
 */
export function preprocessorConfig(json: Record<string, unknown>): Said {
  if (!("image_mean" in json || "do_resize" in json || "size" in json || "rescale_factor" in json))
    return { fields: {} };
  const kernel = kernels[json["resample"] as number];
  return {
    fields: {
      antialias: true,
      ...framing(json),
      ...normalisation(json),
      ...(kernel && { kernel: kernel.kernel }),
    },
    ...(kernel?.note && { note: kernel.note }),
  };
}

/** PIL's numbers for its kernels. */
const kernels: Readonly<Record<number, { kernel: Profile["kernel"]; note?: string }>> = {
  0: { kernel: "nearest" },
  1: { kernel: "bicubic", note: "asks for Lanczos; bicubic is the nearest there is" },
  2: { kernel: "bilinear" },
  3: { kernel: "bicubic" },
  4: { kernel: "bilinear", note: "asks for a box filter; bilinear is the nearest there is" },
  5: { kernel: "bilinear", note: "asks for Hamming; bilinear is the nearest there is" },
};

/** `size` is a number, {height, width}, {shortest_edge} or a list; a bare number is a square, unless a crop follows. */
function framing(json: Record<string, unknown>): Partial<Profile> {
  const { size, crop_size: cropSize, crop_pct: cropShare } = json;
  const edge = isRecord(size) ? size["shortest_edge"] : size;
  const crop = json["do_center_crop"] !== false ? square(cropSize) : undefined;
  if (json["do_resize"] === false) return crop ? { size: crop } : {};
  // ConvNeXt: below 384 the shorter side becomes size / crop_pct and the centre is cut out, from there on it is squashed.
  if (typeof edge === "number" && typeof cropShare === "number") {
    const whole = { width: edge, height: edge };
    return edge < 384
      ? { size: whole, resize: "crop", resizeTo: Math.trunc(edge / cropShare) }
      : { size: whole, resize: "squash" };
  }
  if (typeof edge === "number" && crop) return { size: crop, resize: "crop", resizeTo: edge };
  const squashed = square(size);
  return squashed ? { size: squashed, resize: "squash" } : {};
}

function square(size: unknown): Profile["size"] | undefined {
  if (typeof size === "number") return { width: size, height: size };
  if (!isRecord(size)) return undefined;
  const { height, width, shortest_edge: edge } = size;
  if (typeof height === "number" && typeof width === "number") return { width, height };
  return typeof edge === "number" ? { width: edge, height: edge } : undefined;
}

/** (pixel · factor − offset − mean) / std, brought to Sightline's range of 1 or 255. */
function normalisation(json: Record<string, unknown>): Partial<Profile> {
  const rescales = json["do_rescale"] !== false;
  const factor = rescales ? number(json["rescale_factor"], 1 / 255) : 1;
  const offset = rescales && json["rescale_offset"] === true ? 1 : 0;
  const normalises = json["do_normalize"] !== false;
  const mean = normalises ? numbers(json["image_mean"]) : [0];
  const std = normalises ? numbers(json["image_std"]) : [1];
  if (!mean || !std) return {};
  const range = factor === 1 ? 255 : 1;
  // In units of `range`: exactly 1 for the two usual factors.
  const unit = range === 255 || Math.abs(factor * 255 - 1) < 1e-6 ? 1 : 1 / (factor * 255);
  return {
    colour: "rgb",
    range,
    mean: mean.map((value) => (value + offset) * unit),
    std: std.map((value) => value * unit),
  };
}

const number = (value: unknown, otherwise: number): number =>
  typeof value === "number" ? value : otherwise;

/** A list of numbers, or one number for all channels. */
export function numbers(value: unknown): number[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((item) => typeof item === "number")
    ? (list as number[])
    : undefined;
}

/** Hugging Face's `config.json`: the class names. */
export function huggingFaceConfig(json: Record<string, unknown>): Said {
  const { id2label } = json;
  return isRecord(id2label) ? named(namesIn(id2label)) : { fields: {} };
}
