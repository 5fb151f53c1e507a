import { SightlineError } from "../error";
import type { Files } from "../file/file";
import { isImageName } from "../picture/imageName";

/** The images that paths stand for: a folder for those in it, in order of name. What is named twice comes once. */
export async function imagePaths(paths: readonly string[], files: Files): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) found.push(...(await imagesAt(path, files)));
  return [...new Set(found)];
}

async function imagesAt(path: string, files: Files): Promise<string[]> {
  // What cannot even be looked at is told with the other images that cannot be read.
  const stat = await files.stat(path).catch(() => undefined);
  if (!stat?.directory) return [path];
  const names = (await files.list(path)).filter(
    (name) => isImageName(name) && !name.startsWith("."),
  );
  if (names.length === 0) {
    const remedy = "name another folder, or the image files themselves";
    throw new SightlineError("input", `${path}: the folder has no images in it; ${remedy}.`, {
      file: path,
    });
  }
  return names.map((name) => files.join(path, name));
}
