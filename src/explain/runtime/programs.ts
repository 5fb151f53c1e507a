import type { Program } from "./runtime";

interface Entry {
  readonly compiling: Promise<Program>;
  /** Set once compiled. */
  bytes: number;
  /** How many are using it: a program is disposed of when it is out of the cache and nobody uses it. */
  users: number;
  evicted: boolean;
}

/**
 * Compiled programs under a budget of bytes; what was not used for the longest time goes first. The caller's key says everything that a
 * program depends on: the model's identity, the plan, the runtime. The program used last stays even if it alone exceeds the budget.
 */
export class Programs {
  /** Least recently used first. */
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly budget: number) {}

  /** The bytes of all compiled programs here. */
  get bytes(): number {
    return [...this.entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * The program of `key`, compiled if need be; equal requests at the same time compile once, and a compilation that failed is tried
   * again the next time. What is returned may be run at any time: it is compiled again if the cache has dropped it in between.
   */
  async get(key: string, compile: () => Promise<Program>): Promise<Pick<Program, "run">> {
    await this.use(key, compile, () => Promise.resolve());
    return { run: (feeds) => this.use(key, compile, (program) => program.run(feeds)) };
  }

  /** Drops the programs whose key `matches`: their model changed or was closed. */
  drop(matches: (key: string) => boolean): void {
    for (const [key, entry] of this.entries) if (matches(key)) this.evict(key, entry);
  }

  private async use<T>(
    key: string,
    compile: () => Promise<Program>,
    work: (program: Program) => Promise<T>,
  ): Promise<T> {
    const entry = this.entries.get(key) ?? this.add(key, compile);
    this.entries.delete(key);
    this.entries.set(key, entry);
    entry.users++;
    try {
      return await work(await entry.compiling);
    } finally {
      entry.users--;
      this.disposeIfUnused(entry);
    }
  }

  private add(key: string, compile: () => Promise<Program>): Entry {
    const entry: Entry = { compiling: compile(), bytes: 0, users: 0, evicted: false };
    this.entries.set(key, entry);
    entry.compiling.then(
      ({ bytes }) => {
        entry.bytes = bytes;
        this.shrink(entry);
      },
      () => {
        if (this.entries.get(key) === entry) this.entries.delete(key);
      },
    );
    return entry;
  }

  private shrink(newest: Entry): void {
    for (const [key, entry] of this.entries) {
      if (this.bytes <= this.budget) return;
      if (entry !== newest && entry.bytes > 0) this.evict(key, entry);
    }
  }

  private evict(key: string, entry: Entry): void {
    entry.evicted = true;
    this.entries.delete(key);
    this.disposeIfUnused(entry);
  }

  private disposeIfUnused({ evicted, users, compiling }: Entry): void {
    if (!evicted || users > 0) return;
    compiling.then((program) => program.dispose()).catch(() => undefined);
  }
}
