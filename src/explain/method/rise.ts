import type { Builder } from "../graph/builder";
import type { ValueType } from "../graph/graph";
import type { ImageInput } from "../model/model";
import type { Size } from "../picture/geometry";
import { zeros, type Tensor } from "../tensor";
import { imageSize, overChannels } from "./helper/inputAxes";
import { RunningSums } from "./helper/runningSums";
import { hashed } from "../hash";
import { method } from "./method";
import { integer, real } from "./parameter";
import type { Interim, Named, Stage, Work } from "./work";

const parameters = {
  masks: integer({
    title: "Masks",
    meaning: "How many random masks the image is seen through (N).",
    default: 4000,
    min: 1,
    max: 100_000,
  }),
  cells: integer({
    title: "Cells",
    meaning: "How many cells a mask has along each side before it is scaled up (s).",
    default: 7,
    min: 1,
    max: 64,
  }),
  keep: real({
    title: "Kept",
    meaning: "The probability with which a cell lets the image through (p).",
    default: 0.5,
    min: 0.01,
    max: 1,
  }),
  seed: integer({
    title: "Seed",
    meaning: "Another seed gives other masks.",
    default: 0,
    min: 0,
    max: 2 ** 31 - 1,
  }),
};

interface Asked {
  readonly masks: number;
  readonly cells: number;
  readonly keep: number;
  readonly seed: number;
}

/**
 * RISE — Petsiuk, Das & Saenko, BMVC 2018, https://arxiv.org/abs/1806.07421, equation 6, masks as in §3.2 and the authors' code (ceil(H/s) pixels a cell, s×s cells scaled up bilinearly to s+1 cells, mirrored at the
 * border, cut out at a random place). Map [H,W], in units of the score.
 */
export const rise = method({
  id: "rise",
  title: "RISE",
  paper: "Petsiuk et al., BMVC 2018",
  formula: "Σ_i y_c(x⊙m_i)·m_i / (N·p) over random masks m_i (eq. 6)",
  family: "perturbation",
  readsAt: "input",
  final: "none",
  // A score shifted by a constant shifts the whole map.
  level: "free",
  parameters,
  refuses: () => undefined,
  async *run(work, asked) {
    const size = imageSize(work.input.dims, work.subject.anatomy.input.layout);
    const sum = new Estimate(size, work.classes.length, asked.keep);
    const stage = masking(work, size, asked);
    const feeds = (first: number, count: number) => ({
      [picture]: work.input,
      ...masksFrom(first, count, size, asked, work.input.type),
    });
    for await (const { count, outputs } of work.batches(stage, asked.masks, feeds)) {
      sum.add(count, outputs);
      yield sum.interim(asked.masks);
    }
  },
});

/** What the masks so far come to. */
class Estimate {
  private done = 0;
  /** Σ_i y_c(x⊙m_i)·m_i, [H·W] for each class. */
  private readonly sums: RunningSums;
  /** Σ_i (y_c(x⊙m_i)·m_i)², mean over the pixels, for each class. */
  private readonly squares: number[];

  constructor(
    private readonly size: Size,
    classes: number,
    private readonly keep: number,
  ) {
    this.sums = new RunningSums(classes, size.height * size.width);
    this.squares = new Array<number>(classes).fill(0);
  }

  add(count: number, { weighted, value, power }: Named): void {
    this.sums.add(weighted!);
    for (let k = 0; k < this.squares.length; k++)
      for (let i = 0; i < count; i++)
        this.squares[k]! += value!.data[k * count + i]! ** 2 * power!.data[i]!;
    this.done += count;
  }

  interim(planned: number): Interim {
    const { done } = this;
    const standardError = () => this.standardError();
    return {
      maps: () => this.maps(),
      ...{ done, planned, unit: "masks" },
      get standardError() {
        return standardError();
      },
    };
  }

  private maps() {
    const { height, width } = this.size;
    const sums = this.sums.scaled(1 / (this.done * this.keep));
    return sums.map((data) => ({ dims: [height, width], data }));
  }

  /** Of a mean of N numbers: √(their variance / N); the root of its mean square over the pixels of each class. */
  private standardError(): readonly number[] | undefined {
    const { done, keep } = this;
    if (done < 2) return undefined;
    return this.sums.byClass.map((sum, k) => {
      let squaredMeans = 0;
      for (let i = 0; i < sum.length; i++) squaredMeans += (sum[i]! / done) ** 2;
      const meanSquare = this.squares[k]! / done;
      const variance = ((meanSquare - squaredMeans / sum.length) * done) / (done - 1);
      return Math.sqrt(Math.max(variance, 0) / done) / keep;
    });
  }
}

/** The inputs of a run: the image, [1,…], and of each mask its cells, [N,s,s], and what scales them up: rows, [N,H,s], and columns, [N,s,W]. */
const [picture, cellsOfMask] = ["sightline/picture", "sightline/cells"];
const [scalingRows, scalingColumns] = ["sightline/rows", "sightline/columns"];
/** The masks that these make, [N,H,W]. */
const masks = "sightline/masks";

function masking({ subject }: Work, { height, width }: Size, { cells }: Asked): Stage {
  const { layout } = subject.anatomy.input;
  return {
    id: `masking by ${cells} cells`,
    image: (g, image) => masked(g, image, layout, cells),
    plan(g, { value, classes }) {
      const [batch] = g.dims(masks);
      const flat = g.reshape(masks, [batch!, height * width]);
      const scores = g.reshape(value, [classes, batch!]);
      const power = g.op("ReduceMean", [g.op("Mul", [flat, flat]), g.ints([1])], { keepdims: 0 });
      return { weighted: g.op("MatMul", [scores, flat]), value, power };
    },
  };
}

function masked(
  g: Builder,
  { type, dims }: ValueType,
  layout: ImageInput["layout"],
  cells: number,
): string {
  const { height, width } = imageSize(dims, layout);
  const batch = dims[0]!;
  const rows = g.input(scalingRows, type, [batch, height, cells]);
  const columns = g.input(scalingColumns, type, [batch, cells, width]);
  const byRow = g.op("MatMul", [g.input(cellsOfMask, type, [batch, cells, cells]), columns]);
  const inputs = [rows, byRow];
  g.append({ op: "MatMul", name: masks, inputs, outputs: [masks], attributes: {} });
  const image = g.input(picture, type, [1, ...dims.slice(1)]);
  return g.op("Mul", [image, overChannels(g, masks, layout)]);
}

/** Cells and scaling of the masks from `first` on; each takes s² + 2 random numbers: its cells, row by row, then how far its rows and its columns are shifted. */
function masksFrom(
  first: number,
  count: number,
  { height, width }: Size,
  { cells, keep, seed }: Asked,
  type: Tensor["type"],
): Named {
  const square = cells ** 2;
  const kept = zeros(type, [count, cells, cells]);
  const rows = zeros(type, [count, height, cells]);
  const columns = zeros(type, [count, cells, width]);
  for (let i = 0; i < count; i++) {
    const start = (first + i) * (square + 2);
    for (let j = 0; j < square; j++)
      kept.data[i * square + j] = hashed(seed, start + j) < keep ? 1 : 0;
    eachWeight(height, cells, hashed(seed, start + square), (at, cell, weight) => {
      rows.data[(i * height + at) * cells + cell]! += weight;
    });
    eachWeight(width, cells, hashed(seed, start + square + 1), (at, cell, weight) => {
      columns.data[(i * cells + cell) * width + at]! += weight;
    });
  }
  return { [cellsOfMask]: kept, [scalingRows]: rows, [scalingColumns]: columns };
}

/** Bilinear scaling of `cells` cells to cells + 1 times ceil(length / cells) pixels, mirrored at the ends; of these, `length` from a random one (0 ≤ `random` < 1) of the first cell's on. */
function eachWeight(
  length: number,
  cells: number,
  random: number,
  add: (at: number, cell: number, weight: number) => void,
): void {
  const cell = Math.ceil(length / cells);
  const shift = Math.floor(random * cell);
  for (let at = 0; at < length; at++) {
    const place = ((at + shift + 0.5) * cells) / ((cells + 1) * cell) - 0.5;
    const below = Math.floor(place);
    add(at, mirrored(below, cells), below + 1 - place);
    add(at, mirrored(below + 1, cells), place - below);
  }
}

/** A cell beyond the ends is the one beside the last. */
function mirrored(cell: number, cells: number): number {
  if (cells === 1) return 0;
  const last = cells - 1;
  return last - Math.abs(last - Math.abs(cell));
}
