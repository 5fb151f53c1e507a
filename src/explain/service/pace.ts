/** How many images a run may take. */
const sizes = [1, 4, 16] as const;
/** A run may take this many milliseconds, where one image does not take longer: between runs the process reads its messages. */
const longestRun = 300;
/** The first run of a program makes its memory; it tells nothing of the next. */
const runsToJudge = 2;
/** A larger run must be faster for each image by this much to be worth its memory. */
const gain = 0.97;

interface Measured {
  runs: number;
  /** Milliseconds for each image, the fastest run. */
  each: number;
}

/** Finds out, while the work is done, how many images in one run are fastest. */
export class Pace {
  private readonly measured = new Map<number, Measured>();

  /** @param batch whether a run may take several images. */
  constructor(private readonly batch: boolean) {}

  /** How many images the next run should take, of those that are left. */
  next(left: number): number {
    const open = this.worthTrying();
    if (open !== undefined && open <= left) return open;
    return this.ranked().find((size) => size <= left) ?? 1;
  }

  took(size: number, milliseconds: number): void {
    const { runs, each } = this.measured.get(size) ?? { runs: 0, each: Infinity };
    this.measured.set(size, { runs: runs + 1, each: Math.min(each, milliseconds / size) });
  }

  /** The smallest size that is not judged yet, unless the one before did not pay or a run would take too long. */
  private worthTrying(): number | undefined {
    let before: Measured | undefined;
    for (const size of this.batch ? sizes : [1]) {
      const known = this.measured.get(size);
      const isShort = !before || before.each * size <= longestRun;
      if (!isShort) return undefined;
      if (!known || known.runs < runsToJudge) return size;
      if (before && known.each > before.each * gain) return undefined;
      before = known;
    }
    return undefined;
  }

  /** The sizes that were measured, the fastest first. */
  private ranked(): number[] {
    const known = [...this.measured].sort(([, a], [, b]) => a.each - b.each);
    return known.map(([size]) => size);
  }
}
