/** What the rest of Sightline may do with a disk. The only implementation that touches one is `disk.ts`. */
export interface FileStat {
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  readonly directory: boolean;
}

/** What is written: all at once, or piece by piece when it is too large for that. */
export type FileData = Uint8Array | string | AsyncIterable<Uint8Array>;

export interface Files {
  /** `length` bytes from `from`; the whole file without them. Throws `SightlineError("file")` when there are fewer. */
  read(path: string, from?: number, length?: number): Promise<Uint8Array>;
  readText(path: string): Promise<string>;
  /** `undefined` when there is nothing at `path`. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Names in a folder, sorted. */
  list(folder: string): Promise<string[]>;
  /** SHA-256 of the content, as hex; remembered by size and modification time. */
  hash(path: string): Promise<string>;
  /** Writes all or nothing: to a temporary name first, then renamed. Makes missing folders. */
  write(path: string, data: FileData): Promise<void>;
  /** Throws `SightlineError("file")` when nothing could be written to a folder, or it could not be made; leaves everything as it is. */
  checkWritable(folder: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** The path with links resolved. */
  realPath(path: string): Promise<string>;
  /** Path arithmetic of the platform. */
  join(...parts: string[]): string;
  folderOf(path: string): string;
  nameOf(path: string): string;
  isInside(path: string, folder: string): boolean;
  /** Calls back after `path` changes; the returned function stops it. */
  watch(path: string, changed: () => void): () => void;
}
