import type { Files } from "./file";

/** Files that remember what was read through them, as it was just before. */
export interface Recording {
  readonly files: Files;
  /** Whether anything that was read, or looked for in vain, is different now. */
  changed(): Promise<boolean>;
  /** Size and time of these files when they were read: equal while they are the same. */
  stamp(paths: readonly string[]): string;
}

/** Wraps `files` so that what a result depends on is known, whoever read it. */
export function record(files: Files): Recording {
  const seen = new Map<string, string>();
  const look = async (path: string) => {
    const stat = await files.stat(path);
    return stat ? `${stat.size} ${stat.modified}` : "nothing";
  };
  const noting =
    <A extends [path: string, ...rest: unknown[]], T>(work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      const [path] = args;
      if (!seen.has(path)) seen.set(path, await look(path));
      return work(...args);
    };
  return {
    files: {
      ...files,
      read: noting(files.read),
      readText: noting(files.readText),
      stat: noting(files.stat),
      list: noting(files.list),
    },
    async changed() {
      for (const [path, before] of seen) if ((await look(path)) !== before) return true;
      return false;
    },
    stamp: (paths) => paths.map((path) => `${path} ${seen.get(path)}`).join("\n"),
  };
}
