import type { Files } from "../file/file";
import { profileError } from "./profileError";

/** Ten thousand class names of a hundred letters each take 1 MB. */
const mostBytes = 16 * 2 ** 20;

/** The text of a profile, or of a file that one is made from. Throws `SightlineError("profile")` above 16 MB, unread. */
export async function readSettingText(path: string, files: Files): Promise<string> {
  const size = (await files.stat(path))?.size ?? 0;
  if (size > mostBytes) {
    throw profileError(
      path,
      `is ${Math.ceil(size / 2 ** 20)} MB large, where at most 16 MB are read`,
      "make it smaller, or move it away from the model",
    );
  }
  return files.readText(path);
}
