import { namesIn } from "../labels/labelFile";
import type { Profile } from "../profile";
import type { Said } from "./said";
import { isRecord } from "../schema";
import { numbers } from "./huggingFace";

/**
 * timm's `config.json`: https://huggingface.co/docs/timm/hf_hub. Evaluation is timm's `create_transform`: the shorter side becomes
 * ⌊size / crop_pct⌋ and the centre is cut out, or everything is squashed.
 */
export function timmConfig(json: Record<string, unknown>): Said {
  const config = isRecord(json["pretrained_cfg"]) ? json["pretrained_cfg"] : json;
  const size = numbers(config["input_size"]);
  if (size?.length !== 3) return { fields: {} };
  const [, height, width] = size as [number, number, number];
  const mean = numbers(config["mean"]);
  const std = numbers(config["std"]);
  const kernel = kernels[String(config["interpolation"])];
  const share = typeof config["crop_pct"] === "number" ? config["crop_pct"] : 0.875;
  const squash = config["crop_mode"] === "squash";
  const labels = Array.isArray(json["label_names"]) ? namesIn(json["label_names"]) : undefined;
  return {
    fields: {
      size: { width, height },
      antialias: true,
      colour: "rgb",
      range: 1,
      resize: squash ? "squash" : "crop",
      ...(!squash && { resizeTo: Math.floor(Math.min(width, height) / share) }),
      ...(kernel && { kernel }),
      ...(mean && { mean }),
      ...(std && { std }),
      ...(labels && !labels.includes(undefined) && { labels: labels as string[] }),
    },
  };
}

const kernels: Readonly<Record<string, Profile["kernel"]>> = {
  nearest: "nearest",
  bilinear: "bilinear",
  bicubic: "bicubic",
};
