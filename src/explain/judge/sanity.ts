import { rankCorrelation } from "./agreement";
import { checkVaries, refusal, type Exhibit, type Judge, type RawMap } from "./judge";

/** From this rank correlation on, a map is much the same. */
const same = 0.5;
/** Below this, nothing of it is left. */
const changed = 0.2;

/** So many standard errors above a threshold, a mean is surely above it. */
const surely = 2;

/**
 * The sanity check by cascading weight randomization — Adebayo et al., NeurIPS 2018, https://arxiv.org/abs/1810.03292, §3.1: the network's layers lose what they have learned, from the
 * output down to the image, and the map is made anew each time. Its value is Spearman's rank correlation of the strengths of both maps when nothing learned is left: the mean over
 * several orders of the weights, since those of one order are chance on a map of few cells.
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
    const [x, y] = [[0], [1]];
    const inTheEnd: number[] = [];
    for await (const { done, share, map } of exhibit.shuffled()) {
      if (map && share === 1) inTheEnd.push(correlation(own, map));
      else if (map) {
        x.push(share!);
        y.push(correlation(own, map));
      }
      yield done;
    }
    const found = sample(inTheEnd);
    const value = found.mean;
    const curve = {
      ...{ xTitle: "layers shuffled", yTitle: "rank correlation" },
      ...{ x: [...x, 1], y: [...y, value] },
    };
    return { value, verdict: verdict(found, exhibit), curve };
  },
};

/** What several orders of the weights gave. */
interface Sample {
  readonly count: number;
  readonly mean: number;
  /** The standard deviation of one of them, with n − 1; 0 of a single one. */
  readonly spread: number;
}

function sample(values: readonly number[]): Sample {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { count, mean, spread: Math.sqrt(squares / Math.max(1, count - 1)) };
}

/** How strong a map is at each place, whatever the sign: Σ_c |m_c|, as the authors' `abs_grayscale_norm`. */
function strengths({ dims, data }: RawMap): Float64Array {
  const [height, width] = dims.slice(-2) as [number, number];
  const grid = new Float64Array(height * width);
  for (let i = 0; i < data.length; i++) grid[i % grid.length]! += Math.abs(data[i]!);
  return grid;
}

/** 0 where a map is the same everywhere: it says nothing of the other. */
function correlation(own: Float64Array, map: RawMap): number {
  if (map.data.every(Number.isFinite)) return rankCorrelation(own, strengths(map)) ?? 0;
  throw refusal(
    "With shuffled weights the network's numbers overflow, so that there is no map to compare with.",
  );
}

function verdict({ count, mean, spread }: Sample, { progressive, method }: Exhibit): string {
  const rank = `rank correlation ${mean.toFixed(2)} ± ${spread.toFixed(2)} over ${count} shufflings of all weights`;
  const when = "when the network loses all that it has learned";
  const only = progressive
    ? ` (Fewer shufflings than for other methods, and none of some layers: ${method} takes many runs.)`
    : "";
  const isSure = mean - (surely * spread) / Math.sqrt(count) >= changed;
  if (mean < changed) return `The map changes ${when} (${rank}), as it should.${only}`;
  if (!isSure) {
    return `Something of the map seems to stay ${when} (${rank}), but the shufflings differ so much that it may be chance.${only}`;
  }
  if (mean < same) {
    return `Something of the map stays ${when} (${rank}): that part may show the image rather than the model.${only}`;
  }
  return `The map hardly changes ${when} (${rank}): do not trust it to explain this model.${only}`;
}
