import { createHash } from "node:crypto";
import { createReadStream, realpathSync, statSync, watch, type FSWatcher } from "node:fs";
import {
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { SightlineError } from "../error";
import { fileError, type Deed } from "./failure";
import type { FileData, Files, FileStat } from "./file";
import { temporaryName } from "./temporary";

/** Events that come within this time, in milliseconds, count as one change. */
const quietTime = 200;

/** The disk of this machine. All of it throws `SightlineError("file")`. */
export function diskFiles(): Files {
  const hash = rememberedHash();
  return {
    read: (path, from = 0, length) => saying("read", path, () => readRange(path, from, length)),
    readText: (path) =>
      saying("read", path, async () => new TextDecoder().decode(await readRange(path, 0))),
    stat: (path) => saying("read", path, () => statOrNothing(path)),
    list: (folder) => saying("read", folder, async () => (await readdir(folder)).sort()),
    hash: (path) => saying("read", path, () => hash(path)),
    write: (path, data) => saying("write", dirname(path), () => writeAtomically(path, data)),
    checkWritable: (folder) => saying("write", folder, () => tryToWrite(folder)),
    remove: (path) =>
      saying("write", dirname(path), () => rm(path, { recursive: true, force: true })),
    realPath: (path) => saying("read", path, () => realpath(path)),
    join,
    folderOf: dirname,
    nameOf: (path) => basename(path),
    isInside,
    watch: watchPath,
  };
}

async function saying<T>(deed: Deed, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw fileError(deed, path, cause);
  }
}

async function readRange(path: string, from: number, length?: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const wanted = length ?? Math.max(0, (await file.stat()).size - from);
    const bytes = new Uint8Array(wanted);
    const done = await fill(file, bytes, from);
    if (done < wanted) throw tooShort(path, from, wanted, done);
    return bytes;
  } finally {
    await file.close();
  }
}

async function fill(file: FileHandle, bytes: Uint8Array, from: number): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

function tooShort(path: string, from: number, wanted: number, done: number): SightlineError {
  return new SightlineError(
    "file",
    `${path}: it ends after ${from + done} bytes where at least ${from + wanted} were expected; ` +
      "it was cut off or replaced, so copy it again.",
    { path, from, wanted, done },
  );
}

async function statOrNothing(path: string): Promise<FileStat | undefined> {
  try {
    const entry = await stat(path);
    return { size: entry.size, modified: entry.mtimeMs, directory: entry.isDirectory() };
  } catch (cause) {
    if (["ENOENT", "ENOTDIR"].includes((cause as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw cause;
  }
}

/** SHA-256 of files, computed again only when size or modification time differ. */
function rememberedHash(): (path: string) => Promise<string> {
  const known = new Map<string, { stamp: string; hash: string }>();
  return async (path) => {
    const { size, mtimeMs } = await stat(path);
    const stamp = `${size} ${mtimeMs}`;
    const last = known.get(path);
    if (last?.stamp === stamp) return last.hash;
    const sum = createHash("sha256");
    for await (const chunk of createReadStream(path)) sum.update(chunk as Uint8Array);
    const hash = sum.digest("hex");
    known.set(path, { stamp, hash });
    return hash;
  };
}

/**
 * Makes a folder and those above it, one by one: Node's own `recursive` never returns where a file system refuses with "no such file",
 * as /proc does.
 */
async function makeFolder(folder: string): Promise<void> {
  const isThere = (await stat(folder).catch(() => undefined))?.isDirectory();
  if (isThere) return;
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  await mkdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST" || !statSync(folder).isDirectory()) throw cause;
  });
}

async function writeAtomically(path: string, data: FileData): Promise<void> {
  // A link stays a link: what it points to is replaced.
  const target = await realpath(path).catch(() => path);
  const folder = dirname(target);
  await makeFolder(folder);
  const temporary = join(folder, temporaryName(basename(target)));
  try {
    await writeSynced(temporary, data);
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

/** Makes a file and removes it, in the folder or, where that is not there, in the one that it would be made in. */
async function tryToWrite(folder: string): Promise<void> {
  let place = folder;
  while ((await statOrNothing(place)) === undefined) place = dirname(place);
  const temporary = join(place, temporaryName("writable"));
  await writeSynced(temporary, "");
  await rm(temporary, { force: true });
}

async function writeSynced(path: string, data: FileData): Promise<void> {
  const file = await open(path, "wx");
  try {
    await writeFile(file, data);
    await file.sync();
  } finally {
    await file.close();
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * Watches the folder round a file, not the file: editors and trainers replace files, and a watch on the old one would go
 * silent. Behind a link both places are watched.
 */
function watchPath(path: string, changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, quietTime).unref();
  };
  const watchers: FSWatcher[] = [];
  const stop = () => {
    clearTimeout(timer);
    watchers.forEach((watcher) => watcher.close());
  };
  try {
    for (const place of new Set([path, realpathSync(path)])) watchers.push(watchPlace(place, soon));
  } catch (cause) {
    stop();
    throw fileError("watch", path, cause);
  }
  return stop;
}

function watchPlace(path: string, soon: () => void): FSWatcher {
  const folder = statSync(path).isDirectory();
  const name = basename(path);
  const watcher = watch(folder ? path : dirname(path), { persistent: false }, (_event, entry) => {
    if (folder || entry === null || entry === name) soon();
  });
  // The folder itself went away: a change like any other.
  return watcher.on("error", soon);
}
