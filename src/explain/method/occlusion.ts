import type { Builder } from "../graph/builder";
import type { ValueType } from "../graph/graph";
import type { ImageInput } from "../model/model";
import type { Size } from "../picture/geometry";
import { counted } from "../number";
import { tensor, zeros, type Tensor } from "../tensor";
import { windowSizes } from "../windowSizes";
import { fills } from "./helper/fill";
import { imageSize, overChannels } from "./helper/inputAxes";
import { coarseToFine, meanOverWindows, spans, withoutGaps, type Span } from "./helper/windows";
import { method } from "./method";
import { choice, integer } from "./parameter";
import type { Interim, Named, Stage, Work } from "./work";

const parameters = {
  window: integer({
    title: "Window",
    meaning: "The side of the square that is hidden; 0 = a seventh of the image's shorter side.",
    unit: "pixels",
    automatic: "a seventh of the image's shorter side",
    default: 0,
    min: 0,
    max: 4096,
  }),
  stride: integer({
    title: "Stride",
    meaning: "How far the window moves at a time; 0 = half a window.",
    unit: "pixels",
    automatic: "half a window",
    default: 0,
    min: 0,
    max: 4096,
  }),
  fill: choice({
    title: "Fill",
    meaning:
      "What stands in the window: 0 in the network's input space, the image's mean colour, or the image blurred by half a window.",
    default: "zero",
    options: ["zero", "mean", "blur"],
  }),
};

/**
 * Occlusion sensitivity — Zeiler & Fergus, ECCV 2014, https://arxiv.org/abs/1311.2901, §4.2, with the sign and the mean over windows of Captum: positive = evidence for the class. Map [H,W], in units of the
 * score.
 */
export const occlusion = method({
  id: "occlusion",
  title: "Occlusion",
  paper: "Zeiler & Fergus, ECCV 2014",
  formula:
    "mean over the windows that cover a pixel of y_c(x) − y_c(x with the window filled) (§4.2)",
  family: "perturbation",
  readsAt: "input",
  final: "none",
  parameters,
  refuses({ graph, anatomy: { input } }, _layer, values) {
    const size = imageSize(graph.types.get(input.name)!.dims, input.layout);
    const { window, stride } = windowSizes(size, values);
    if (window > Math.min(size.height, size.width)) {
      return `A window of ${window} pixels is larger than the network's input of ${size.width} × ${size.height}; choose a smaller one.`;
    }
    if (stride > window) {
      return `With windows of ${window} pixels every ${stride}, the pixels between would have no value; choose a stride of at most ${window}.`;
    }
    return undefined;
  },
  remark({ graph, anatomy: { input } }, _layer, values) {
    const size = imageSize(graph.types.get(input.name)!.dims, input.layout);
    const { window, stride } = windowSizes(size, values);
    const [rows, columns] = [size.height, size.width].map((side) => spans(side, window, stride));
    const count = rows!.length * columns!.length;
    return (
      `On ${size.width} × ${size.height} pixels the window is ${window} and moves by ${stride}: ` +
      `${count} ${counted(count, "windows")}, a run each.`
    );
  },
  async *run(work, { fill, ...values }) {
    const { layout } = work.subject.anatomy.input;
    const size = imageSize(work.input.dims, layout);
    const { window, stride } = windowSizes(size, values);
    const grid = new Grid(size, window, stride, work.classes.length);
    const filled = fills[fill](work.input, layout, window / 2);
    yield* runs(work, grid, size, filled);
  },
});

async function* runs(work: Work, grid: Grid, size: Size, filled: Tensor): AsyncIterable<Interim> {
  const stage = hiding(work, size);
  const { type, dims, data } = work.input;
  const added = tensor(
    type,
    filled.data.map((value, i) => value - data[i]!),
    dims,
  );
  const standing = { [picture]: work.input, [change]: added };
  const whole = await work.scores();
  const feeds = (first: number, count: number) => ({
    ...standing,
    ...hidden(grid.windows(first, count), count, size, type),
  });
  for await (const { first, count, outputs } of work.batches(stage, grid.count, feeds)) {
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < work.classes.length; k++)
        grid.put(first + i, k, whole[k]! - outputs.value!.data[k * count + i]!);
    }
    yield {
      maps: () => grid.maps(),
      ...{ done: first + count, planned: grid.count, unit: "windows" },
    };
  }
}

/** The windows of an image, from coarse to fine, and by how much the score of each class falls behind each. */
class Grid {
  private readonly rows: readonly Span[];
  private readonly columns: readonly Span[];
  private readonly order: readonly { readonly row: number; readonly column: number }[];
  private readonly drops: readonly Float64Array[];

  constructor(
    private readonly size: Size,
    window: number,
    stride: number,
    classes: number,
  ) {
    this.rows = spans(size.height, window, stride);
    this.columns = spans(size.width, window, stride);
    this.order = coarseToFine(this.rows.length, this.columns.length);
    this.drops = Array.from({ length: classes }, () => new Float64Array(this.count).fill(NaN));
  }

  get count(): number {
    return this.rows.length * this.columns.length;
  }

  windows(first: number, count: number): (readonly [row: Span, column: Span])[] {
    const chosen = this.order.slice(first, first + count);
    return chosen.map(({ row, column }) => [this.rows[row]!, this.columns[column]!]);
  }

  put(number: number, k: number, drop: number): void {
    const { row, column } = this.order[number]!;
    this.drops[k]![row * this.columns.length + column] = drop;
  }

  /** What is not known yet is taken from the nearest window that is. */
  maps() {
    const { height, width } = this.size;
    return this.drops.map((drops) => {
      const all = withoutGaps(drops, this.rows.length, this.columns.length);
      return { dims: [height, width], data: meanOverWindows(all, this.rows, this.columns) };
    });
  }
}

/** The inputs of a run: the image and what is added to it where it is hidden, [1,…], and of each window its rows, [N,H,1], and its columns, [N,1,W], as 0 and 1. */
const [picture, change] = ["sightline/picture", "sightline/change"];
const [hiddenRows, hiddenColumns] = ["sightline/rows", "sightline/columns"];

function hiding({ subject }: Work, size: Size): Stage {
  const { layout } = subject.anatomy.input;
  return {
    id: "hiding",
    image: (g, image) => hide(g, image, layout, size),
    plan: (_g, { value }) => ({ value }),
  };
}

function hide(
  g: Builder,
  { type, dims }: ValueType,
  layout: ImageInput["layout"],
  { height, width }: Size,
): string {
  const one = [1, ...dims.slice(1)];
  const rows = g.input(hiddenRows, type, [dims[0]!, height, 1]);
  const columns = g.input(hiddenColumns, type, [dims[0]!, 1, width]);
  const inside = overChannels(g, g.op("Mul", [rows, columns]), layout);
  const changed = g.op("Mul", [inside, g.input(change, type, one)]);
  return g.op("Add", [g.input(picture, type, one), changed]);
}

function hidden(
  windows: readonly (readonly [row: Span, column: Span])[],
  count: number,
  { height, width }: Size,
  type: Tensor["type"],
): Named {
  const rows = zeros(type, [count, height, 1]);
  const columns = zeros(type, [count, 1, width]);
  windows.forEach(([row, column], i) => {
    rows.data.fill(1, i * height + row.from, i * height + row.to);
    columns.data.fill(1, i * width + column.from, i * width + column.to);
  });
  return { [hiddenRows]: rows, [hiddenColumns]: columns };
}
