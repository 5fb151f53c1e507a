import { SightlineError } from "../error";

/** What was being done when the disk said no. */
export type Deed = "read" | "write" | "watch";

/** The rest of the sentence after the path, by what was tried and the system's error code. */
const reasons: Readonly<Record<Deed, Readonly<Record<string, string>>>> = {
  read: {
    ENOENT: "there is no such file; it may have been moved or deleted, so choose it again",
    ENOTDIR: "there is no such file; a part of its path is a file, so check the path",
    EISDIR: "this is a folder where a file was expected; choose a file in it",
    EACCES: "it cannot be read for lack of permission; change its permissions or copy it elsewhere",
    EPERM: "it cannot be read for lack of permission; change its permissions or copy it elsewhere",
    ELOOP: "its symbolic links go round in a circle; choose the file itself",
  },
  write: {
    EACCES: "this folder is not writable; choose another output folder or change its permissions",
    EPERM: "this folder is not writable; choose another output folder or change its permissions",
    EROFS: "this folder lies on a read-only disk; choose another output folder",
    ENOTDIR: "this is not a folder, so nothing can be written there; choose another output folder",
    EEXIST: "this is not a folder, so nothing can be written there; choose another output folder",
    ENOENT: "this folder cannot be made; choose another output folder",
    EISDIR: "a folder of the file's name is in the way there; choose another output folder",
    ENAMETOOLONG: "a file's name would be too long there; give the image a shorter name",
    ENOSPC: "the disk is full; free some space or choose a folder on another disk",
    EDQUOT: "the disk quota is used up; free some space or choose a folder on another disk",
  },
  watch: {
    ENOENT:
      "there is no such folder to watch; it may have been moved or deleted, so choose it again",
    ENOSPC:
      "it cannot be watched, the system's limit of watched files is reached; raise fs.inotify.max_user_watches",
  },
};

/** One sentence for whatever the system threw. `path` = the file read, or the folder written to. */
export function fileError(deed: Deed, path: string, cause: unknown): SightlineError {
  if (cause instanceof SightlineError) return cause;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const reason = reasons[deed][code] ?? `${deed} failed (${String(cause)}); try again`;
  return new SightlineError("file", `${path}: ${reason}.`, { path, code }, { cause });
}
