import { sizeOf, tensor } from "../tensor";
import { baselines } from "./helper/baseline";
import { imageSize, mapDims } from "./helper/inputAxes";
import { channelsFirst, inputGradient } from "./helper/inputGradient";
import { RunningSums } from "./helper/runningSums";
import { method } from "./method";
import { choice, integer, real } from "./parameter";
import type { Interim, Named, Stage, Work } from "./work";

const parameters = {
  steps: integer({
    title: "Steps",
    meaning: "At how many points between the baseline and the image the gradient is taken.",
    default: 32,
    min: 1,
    max: 10_000,
  }),
  baseline: choice({
    title: "Baseline",
    meaning:
      "Where the path begins: 0 in the network's input space, this image's mean colour, this image blurred, or noise that is uniform between each channel's least and greatest number.",
    default: "zero",
    options: ["zero", "mean", "blur", "uniform"],
  }),
  deviation: real({
    title: "Blur",
    meaning:
      "The standard deviation of the Gaussian that makes the blurred baseline; at most the longer side of the network's input.",
    unit: "pixels",
    default: 20,
    min: 0.1,
    max: 4096,
  }),
  seed: integer({
    title: "Seed",
    meaning: "Another seed gives another uniform baseline.",
    default: 0,
    min: 0,
    max: 2 ** 31 - 1,
  }),
};

/**
 * Integrated gradients along the straight path from a baseline x′ — Sundararajan, Taly & Yan, ICML 2017, https://arxiv.org/abs/1703.01365, equation 1, the integral as a sum at the midpoints (i + ½)/n of n
 * steps. Map [C,H,W], signed, in units of the score: it sums to y(x) − y(x′) but for the completeness gap.
 */
export const integratedGradients = method({
  id: "integratedGradients",
  title: "Integrated gradients",
  paper: "Sundararajan et al., ICML 2017",
  formula: "(x − x′) ⊙ 1/n·Σ_i ∂y_c/∂x at x′ + (i + ½)/n·(x − x′) (eq. 1)",
  family: "gradient",
  readsAt: "input",
  final: "none",
  parameters,
  facts: {
    completenessGap: "Completeness gap",
    rise: "Score above the baseline's",
  },
  refuses({ graph, anatomy: { input } }, _layer, { baseline, deviation }) {
    const { height, width } = imageSize(graph.types.get(input.name)!.dims, input.layout);
    const longer = Math.max(height, width);
    if (baseline !== "blur" || deviation <= longer) return undefined;
    return `A blur of ${deviation} pixels leaves nothing but the mean colour of a network's input of ${width} × ${height}; choose at most ${longer}, or the mean as the baseline.`;
  },
  goesBack: true,
  async *run(work, { steps, baseline: kind, ...values }) {
    const { layout } = work.subject.anatomy.input;
    const standing = {
      [picture]: work.input,
      [origin]: baselines[kind](work.input, layout, values),
    };
    const feeds = (shares: readonly number[]) => ({
      ...standing,
      [along]: tensor(work.input.type, shares),
    });
    const sum = new PathSum(steps, await rise(work, feeds), mapDims(work.input.dims, layout));
    const order = midpoints(steps);
    const runs = work.batches(onPath("path", products), steps, (first, size) =>
      feeds(order.slice(first, first + size)),
    );
    for await (const { count, outputs } of runs) {
      sum.add(count, outputs);
      yield sum.interim();
    }
  },
});

/** The midpoints (i + ½)/n of n steps, each once, so that the first of them are spread evenly: the middle, then the quarters, then the eighths … */
function midpoints(steps: number): number[] {
  const bits = Math.ceil(Math.log2(steps));
  const order = new Set<number>();
  for (let i = 1; i <= 2 ** bits; i++) order.add(Math.floor(mirroredBits(i) * steps));
  return [...order].map((i) => (i + 0.5) / steps);
}

/** The bits of a whole number mirrored at the point: 1 is ½, 2 is ¼, 3 is ¾ (van der Corput). */
function mirroredBits(number: number): number {
  let [result, digit] = [0, 0.5];
  for (let rest = number; rest > 0; rest = Math.floor(rest / 2), digit /= 2)
    result += digit * (rest % 2);
  return result;
}

/** The inputs of a run: image and baseline, [1,…], and how far from the one to the other, [N] from 0 to 1. */
const [picture, origin] = ["sightline/picture", "sightline/baseline"];
const along = "sightline/along";

/** A run at points of the path. */
function onPath(id: string, plan: Stage["plan"]): Stage {
  return {
    id,
    image(g, { type, dims }) {
      const one = [1, ...dims.slice(1)];
      const [image, baseline] = [g.input(picture, type, one), g.input(origin, type, one)];
      const share = g.reshape(g.input(along, type, [dims[0]!]), [dims[0]!, 1, 1, 1]);
      return g.op("Add", [baseline, g.op("Mul", [share, g.op("Sub", [image, baseline])])]);
    },
    plan,
  };
}

const scores: Stage["plan"] = (_g, { value }) => ({ value });

/** (x − x′) ⊙ Σ of the gradients at the points of a run, [1,C,H,W] or [K,1,C,H,W]. */
const products: Stage["plan"] = (g, target) => {
  const gradients = g.op("ReduceSum", [inputGradient(g, target), g.ints([-4])]);
  const difference = g.op("Sub", [picture, origin]);
  return {
    product: g.op("Mul", [gradients, channelsFirst(g, difference, target.anatomy.input.layout)]),
  };
};

/** By how much the score of each class is greater at the image than at the baseline. */
async function rise(work: Work, feeds: (shares: readonly number[]) => Named): Promise<number[]> {
  const { value } = await work.run(onPath("baseline", scores), feeds([0]));
  return (await work.scores()).map((score, k) => score - value!.data[k]!);
}

/** The sum along the path so far. */
class PathSum {
  private done = 0;
  private readonly sums: RunningSums;

  constructor(
    private readonly steps: number,
    /** y(x) − y(x′) of each class. */
    private readonly rises: readonly number[],
    private readonly dims: readonly number[],
  ) {
    this.sums = new RunningSums(rises.length, sizeOf(dims));
  }

  add(count: number, { product }: Named): void {
    this.sums.add(product!);
    this.done += count;
  }

  interim(): Interim {
    const facts = () => this.facts();
    return {
      maps: () => this.sums.scaled(1 / this.done).map((data) => ({ dims: this.dims, data })),
      ...{ done: this.done, planned: this.steps, unit: "steps" },
      get facts() {
        return facts();
      },
    };
  }

  private facts() {
    const totals = this.sums.totals();
    return {
      completenessGap: totals.map((total, k) => Math.abs(total / this.done - this.rises[k]!)),
      rise: this.rises,
    };
  }
}
