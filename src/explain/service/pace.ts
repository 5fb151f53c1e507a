/** How many images a run may take. */
const sizes = [1, 4, 16, 64, 256] as const;
/** A run may take this many milliseconds, where one image does not take longer: between runs the process reads its messages. */
const longestRun = 300;
/** A size is judged by its fastest run: of two at least, since the first makes the program's memory, and of more where they are short and so easily disturbed. */
const runsToJudge = { least: 2, most: 6, milliseconds: 30 };
/** A larger run must be faster for each image by this much to be worth its memory. */
const gain = 0.97;

interface Measured {
  runs: number;
  /** Milliseconds of all runs together. */
  total: number;
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
    const { runs, total, each } = this.measured.get(size) ?? { runs: 0, total: 0, each: Infinity };
    this.measured.set(size, {
      runs: runs + 1,
      total: total + milliseconds,
      each: Math.min(each, milliseconds / size),
    });
  }

  /** The smallest size that is not judged yet, unless the one before did not pay or a run would take too long. */
  private worthTrying(): number | undefined {
    let before: Measured | undefined;
    for (const size of this.batch ? sizes : [1]) {
      const known = this.measured.get(size);
      if (before && before.each * size > longestRun) return undefined;
      if (!known || !isJudged(known)) return size;
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

function isJudged({ runs, total }: Measured): boolean {
  const { least, most, milliseconds } = runsToJudge;
  return runs >= most || (runs >= least && total >= milliseconds);
}
