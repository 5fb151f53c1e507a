import type { Builder } from "../graph/builder";
import { sizeOf } from "../tensor";
import { mapDims } from "./helper/inputAxes";
import { inputGradient } from "./helper/inputGradient";
import { noiseParameters, noisyImages } from "./helper/noise";
import { RunningSums } from "./helper/runningSums";
import { method } from "./method";
import { choice } from "./parameter";
import type { Interim, Named, Stage } from "./work";

const parameters = {
  mode: choice({
    title: "Of the gradients",
    meaning:
      "Their mean, the mean of their squares (SmoothGrad-Squared), or their variance (VarGrad).",
    default: "mean",
    options: ["mean", "squared", "variance"],
  }),
  ...noiseParameters,
};

/**
 * SmoothGrad — Smilkov et al., 2017, https://arxiv.org/abs/1706.03825, §2.2; its squared and its variance form, Hooker et al., NeurIPS 2019. The noise is normal; σ is a share of the greatest less the least number
 * of the input. Map [C,H,W]: signed for the mean.
 */
export const smoothGrad = method({
  id: "smoothGrad",
  title: "SmoothGrad",
  paper: "Smilkov et al., 2017",
  formula: "1/n·Σ_i ∂y_c/∂x at x + N(0, σ²) (§2.2)",
  family: "gradient",
  readsAt: "input",
  shows: "magnitude",
  final: "none",
  parameters,
  refuses(_subject, _layer, { mode, samples, noise }) {
    if (mode !== "variance") return undefined;
    if (samples < 2)
      return "The variance of one sample is 0 everywhere: it needs 2 samples at least.";
    return noise > 0
      ? undefined
      : "Without noise all samples are the same and their variance is 0 everywhere: choose a noise above 0.";
  },
  goesBack: true,
  async *run(work, { mode, samples, ...values }) {
    const dims = mapDims(work.input.dims, work.subject.anatomy.input.layout);
    const sums = new Sums(modes[mode], samples, work.classes.length, dims);
    const feeds = noisyImages(work, values);
    for await (const { count, outputs } of work.batches(gradients(modes[mode]), samples, feeds)) {
      sums.add(count, outputs);
      yield sums.interim();
    }
  },
});

/** A mean of powers of one number of the gradients, by the power. */
type Moments = Readonly<Record<number, number>>;

interface Mode {
  /** Of which powers the means are needed. */
  readonly powers: readonly number[];
  /** The number of the map. */
  value(moments: Moments): number;
  /** The variance, over samples, of what `value` is the mean of. */
  spread(moments: Moments): number;
}

const modes = {
  mean: { powers: [1, 2], value: (m) => m[1]!, spread: (m) => m[2]! - m[1]! ** 2 },
  squared: { powers: [2, 4], value: (m) => m[2]!, spread: (m) => m[4]! - m[2]! ** 2 },
  variance: { powers: [1, 2, 3, 4], value: variance, spread: (m) => fourth(m) - variance(m) ** 2 },
} satisfies Record<string, Mode>;

/** Of the mean square: what float32 squares, added up, are off by. */
const rounding = 1e-6;

/** 0 where the moments differ by rounding alone. */
function variance(m: Moments): number {
  const difference = m[2]! - m[1]! ** 2;
  return difference > rounding * m[2]! ? difference : 0;
}

/** The fourth power of the distance from the mean. */
function fourth(m: Moments): number {
  return m[4]! - 4 * m[1]! * m[3]! + 6 * m[1]! ** 2 * m[2]! - 3 * m[1]! ** 4;
}

/** Sums over the samples of a run of powers of the gradient, [1,C,H,W] or [K,1,C,H,W], by the power. */
const gradients = ({ powers }: Mode): Stage => ({
  id: `gradients to the ${powers.join()}`,
  plan(g, target) {
    const gradient = inputGradient(g, target);
    return Object.fromEntries(
      powers.map((power) => [
        String(power),
        g.op("ReduceSum", [toThe(g, gradient, power), g.ints([-4])]),
      ]),
    );
  },
});

function toThe(g: Builder, value: string, power: number): string {
  return power === 1 ? value : g.op("Mul", [toThe(g, value, power - 1), value]);
}

/** The sums over the samples so far. */
class Sums {
  private done = 0;
  /** [K,C,H,W], by the power. */
  private readonly sums: ReadonlyMap<number, RunningSums>;

  constructor(
    private readonly mode: Mode,
    private readonly samples: number,
    private readonly classes: number,
    private readonly dims: readonly number[],
  ) {
    const length = sizeOf(dims);
    this.sums = new Map(mode.powers.map((power) => [power, new RunningSums(classes, length)]));
  }

  add(count: number, outputs: Named): void {
    for (const [power, sum] of this.sums) sum.add(outputs[String(power)]!);
    this.done += count;
  }

  interim(): Interim {
    const standardError = () => this.standardError();
    return {
      maps: () => this.maps(),
      ...{ done: this.done, planned: this.samples, unit: "samples" },
      get standardError() {
        return standardError();
      },
    };
  }

  private maps() {
    const { mode, dims, classes } = this;
    const maps = Array.from({ length: classes }, () => new Float32Array(sizeOf(dims)));
    this.each((moments, k, i) => (maps[k]![i] = mode.value(moments)));
    return maps.map((data) => ({ dims, data }));
  }

  /** Of a mean of n numbers: √(their variance / (n − 1)), variance as the mean squared distance; the root of its mean square over the map of each class. */
  private standardError(): readonly number[] | undefined {
    const { mode, done, classes, dims } = this;
    if (done < 2) return undefined;
    const totals = new Array<number>(classes).fill(0);
    this.each((moments, k) => (totals[k]! += Math.max(mode.spread(moments), 0)));
    return totals.map((total) => Math.sqrt(total / sizeOf(dims) / (done - 1)));
  }

  private each(use: (moments: Moments, k: number, i: number) => void): void {
    const moments: Record<number, number> = {};
    for (let k = 0; k < this.classes; k++) {
      const sums = [...this.sums].map(([power, sum]) => [power, sum.byClass[k]!] as const);
      for (let i = 0; i < sums[0]![1].length; i++) {
        for (const [power, sum] of sums) moments[power] = sum[i]! / this.done;
        use(moments, k, i);
      }
    }
  }
}
