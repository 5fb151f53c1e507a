import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isImageName } from "../../explain/picture/imageName";

/** How many images a guessed preprocessing is tried on. */
export const trialCount = 16;

/** The given images and, when they are few, others of the first one's folder: what a guess is tried on. */
export async function siblingImages(images: readonly string[]): Promise<readonly string[]> {
  const [first] = images;
  if (first === undefined || images.length >= trialCount) return images.slice(0, trialCount);
  const folder = dirname(first);
  const names = await readdir(folder).catch(() => []);
  const others = names
    .filter(isImageName)
    .sort()
    .map((name) => join(folder, name));
  return [...new Set([...images, ...others])].slice(0, trialCount);
}
