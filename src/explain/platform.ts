import type { Files } from "./file/file";
import type { Images } from "./image/image";
import type { Runtime } from "./runtime/runtime";

/** What the service needs of the machine it runs on. `node.ts` makes the real one. */
export interface Platform {
  readonly files: Files;
  readonly images: Images;
  /** In the order in which they are tried. */
  readonly runtimes: readonly Runtime[];
  readonly settings: ServiceSettings;
  /** Of Sightline and of what runs it, for manifests. */
  readonly versions: Versions;
  /** A folder for what is remembered between runs. */
  readonly cacheFolder: string;
  /** Lets other work (a cancel, a more urgent call) be read between two runs. */
  pause(): Promise<void>;
  /** Milliseconds on a clock that only goes forward. */
  now(): number;
  log(line: string): void;
}

export interface Versions {
  readonly sightline: string;
  readonly node: string;
}

export interface ServiceSettings {
  /** Threads per run; absent = all physical cores. */
  readonly threads?: number;
  /** Budget for compiled programs, in bytes. */
  readonly memory: number;
}
