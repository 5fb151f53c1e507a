import { rankCorrelation } from "./agreement";
import { checkVaries, refusal, type Exhibit, type Judge, type RawMap } from "./judge";

/** From this rank correlation on, a map is much the same. */
const same = 0.5;
/** Below this, whatever the sign, nothing of it is left. */
const changed = 0.2;

/** So many standard errors beyond a threshold, a mean is surely beyond it. */
const surely = 2;

/**
 * The sanity check by cascading weight randomization — Adebayo et al., NeurIPS 2018, https://arxiv.org/abs/1810.03292, §3.1: the network's layers lose what they have learned, from the
 * output down to the image, and the map is made anew each time. Its value is Spearman's rank correlation of the strengths of both maps when nothing learned is left: the mean over
 * several orders of the weights, since those of one order are chance on a map of few cells. A map that is the same everywhere
 * ranks nothing, and is left out.
 */
export const sanity: Judge = {
  id: "sanity",
  title: "Sanity",
  meaning:
    "The weights are shuffled, layer by layer from the output down: the rank correlation of the map with that of the network that has learned nothing (−1 to 1) is near 0 when the map is about what the network has learned.",
  better: "lower",
  async *judge(exhibit) {
    checkVaries(exhibit);
    const own = strengths(exhibit.own);
    checkRanks(own);
    const [x, y] = [[0], [1]];
    const inTheEnd: (number | undefined)[] = [];
    for await (const { done, share, map } of exhibit.shuffled()) {
      const found = map && correlation(own, map);
      if (map && share === 1) inTheEnd.push(found);
      else if (found !== undefined) {
        x.push(share!);
        y.push(found);
      }
      yield done;
    }
    const found = sample(inTheEnd);
    const value = found.mean;
    const curve = {
      ...{ xTitle: "layers shuffled", yTitle: "rank correlation" },
      ...{ x: [...x, 1], y: [...y, value] },
    };
    const distrust = stays(found) && ({ distrust: true } as const);
    return { value, verdict: verdict(found, exhibit), ...distrust, curve };
  },
};

/** What several orders of the weights gave. */
interface Sample {
  /** Of how many the map ranks anything. */
  readonly count: number;
  /** Of how many it is the same everywhere. */
  readonly blank: number;
  readonly mean: number;
  /** The standard deviation of one of them, with n − 1; 0 of a single one. */
  readonly spread: number;
}

/** Throws where no map is left to compare with. */
function sample(correlations: readonly (number | undefined)[]): Sample {
  const values = correlations.filter((value) => value !== undefined);
  const count = values.length;
  const blank = correlations.length - count;
  if (count === 0) {
    throw refusal(
      `With shuffled weights the map is blank each time (${blank} shufflings of all weights), so that there is nothing to compare with: this neither speaks for the map nor against it.`,
    );
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, blank, mean, spread: Math.sqrt(squares / Math.max(1, count - 1)) };
}

/** Throws where a map of several channels is equally strong everywhere, though its sum is not. */
function checkRanks(own: Float64Array): void {
  if (own.some((value) => value !== own[0])) return;
  throw refusal(
    "The map is equally strong everywhere, whatever its signs, so that there are no ranks to compare.",
  );
}

/** How strong a map is at each place, whatever the sign: Σ_c |m_c|, as the authors' `abs_grayscale_norm`. */
function strengths({ dims, data }: RawMap): Float64Array {
  const [height, width] = dims.slice(-2) as [number, number];
  const grid = new Float64Array(height * width);
  for (let i = 0; i < data.length; i++) grid[i % grid.length]! += Math.abs(data[i]!);
  return grid;
}

/** Absent where a map is the same everywhere: it says nothing of the other. */
function correlation(own: Float64Array, map: RawMap): number | undefined {
  if (map.data.every(Number.isFinite)) return rankCorrelation(own, strengths(map));
  throw refusal(
    "With shuffled weights the network's numbers overflow, so that there is no map to compare with.",
  );
}

/** Whether the map is much the same without anything learned. */
function stays({ count, blank, mean, spread }: Sample): boolean {
  return blank < count && mean >= same && isSure(mean, errorOf({ spread, count }));
}

function errorOf({ spread, count }: Pick<Sample, "spread" | "count">): number {
  return (surely * spread) / Math.sqrt(count);
}

function isSure(mean: number, error: number): boolean {
  return Math.abs(mean) - error >= changed;
}

function verdict(found: Sample, { progressive, method }: Exhibit): string {
  const only = progressive
    ? ` (Fewer shufflings than for other methods, and none of some layers: ${method} takes many runs.)`
    : "";
  return `${judgement(found)}${only}`;
}

function judgement({ count, blank, mean, spread }: Sample): string {
  const all = count + blank;
  const rank = `rank correlation ${number(mean)} ± ${number(spread)} over ${count} shufflings of all weights`;
  if (blank >= count) {
    return `This says little: the map is blank after ${blank} of ${all} shufflings of all weights, and only the others can be compared (rank correlation ${number(mean)}).`;
  }
  const without =
    blank > 0
      ? ` After ${blank} of ${all} shufflings the map is blank, which says nothing; they are left out.`
      : "";
  return `${ofMean(rank, mean, errorOf({ spread, count }))}${without}`;
}

/** @param error how far off the mean may be. */
function ofMean(rank: string, mean: number, error: number): string {
  const when = `when the network loses all that it has learned (${rank})`;
  if (Math.abs(mean) < changed) return `The map changes ${when}, as it should.`;
  if (!isSure(mean, error)) {
    const what = mean > 0 ? "Something of the map seems to stay" : "The map seems to turn round";
    return `${what} ${when}, but the shufflings differ so much that it may be chance.`;
  }
  if (mean < 0) {
    return `The map turns round ${when}: it is weak where it was strong, so that its places may show the image rather than the model.`;
  }
  if (mean < same) {
    return `Something of the map stays ${when}: that part may show the image rather than the model.`;
  }
  return `The map hardly changes ${when}: do not trust it to explain this model.`;
}

const number = (value: number) =>
  value
    .toFixed(2)
    .replace(/^-0\.00$/, "0.00")
    .replace("-", "−");
