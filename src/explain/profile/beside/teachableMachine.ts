import { namesIn } from "../labels/labelFile";
import { named, type Said } from "./said";

/**
 * `metadata.json` of Teachable Machine and of TensorFlow.js models that imitate it: class names, and for Teachable Machine its fixed
 * preprocessing (https://github.com/googlecreativelab/teachablemachine-community: centre square, pixel / 127.5 − 1).
 */
export function teachableMachine(json: Record<string, unknown>): Said {
  const { labels, packageName, imageSize } = json;
  const { fields } = named(Array.isArray(labels) ? namesIn(labels) : undefined);
  if (packageName !== "@teachablemachine/image" || typeof imageSize !== "number") return { fields };
  return {
    fields: {
      ...fields,
      size: { width: imageSize, height: imageSize },
      resize: "crop",
      resizeTo: imageSize,
      colour: "rgb",
      range: 1,
      mean: [0.5],
      std: [0.5],
    },
  };
}
