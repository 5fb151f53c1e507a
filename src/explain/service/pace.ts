/** How many images a run may take. */
const sizes = [1, 4, 16, 64, 256] as const;
/** A run may take this many milliseconds, where one image does not take longer: between runs the process reads its messages. */
const longestRun = 300;
/** A size is judged after two runs, since the first makes the program's memory, and after more where runs are short and so easily disturbed. */
const runsToJudge = { long: 2, short: 6 };
/** By the middle one of its latest runs: the fastest of all would flatter a size that is run more often than others. */
const runsRemembered = 5;
/** Runs of fewer milliseconds are short. */
const shortRun = 15;
/** A run must be faster for each image by this much than a smaller one for a still larger one to be tried: the first run of a size takes time to make its memory. */
const gain = 0.9;

interface Measured {
  /** How many runs its judgement still wants. */
  readonly wanted: number;
  /** Milliseconds for each image, run by run, the latest last. */
  readonly latest: readonly number[];
  /** The middle one of these, of two the faster. */
  readonly each: number;
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
    const known = this.measured.get(size);
    const latest = [...(known?.latest ?? []), milliseconds / size].slice(-runsRemembered);
    const each = latest.toSorted((a, b) => a - b)[(latest.length - 1) >> 1]!;
    const runs = each * size < shortRun ? runsToJudge.short : runsToJudge.long;
    const wanted = Math.min(known?.wanted ?? Infinity, runs) - 1;
    this.measured.set(size, { wanted, latest, each });
  }

  /** Other work begins: every size gets one more run, so that what once disturbed its judgement does not last. */
  again(): void {
    for (const [size, { wanted, each }] of this.measured)
      this.measured.set(size, { wanted: Math.max(wanted, 1), latest: [each], each });
  }

  /** The smallest size that is not judged yet, unless the one before did not pay or a run would take too long. */
  private worthTrying(): number | undefined {
    let before: Measured | undefined;
    for (const size of this.batch ? sizes : [1]) {
      const known = this.measured.get(size);
      if (before && before.each * size > longestRun) return undefined;
      if (!known || known.wanted > 0) return size;
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
