/** What the engine process is started with, as JSON in its first argument. */
export interface EngineOptions {
  /** Threads per run; absent = all physical cores. */
  readonly threads: number | undefined;
  /** Budget for compiled programs, in megabytes. */
  readonly memory: number;
}
