import { SightlineError } from "../error";
import { gradient } from "../gradient";
import type { Builder } from "../graph/builder";
import { gridOf } from "../model/layout/layout";
import type { Span } from "../model/layout/layout";
import type { Size } from "../picture/geometry";
import { transposed } from "../op/helper/matrix";
import { tensor } from "../tensor";
import { channelSum, flatten } from "./helper/activation";
import { biasesBetween } from "./helper/biases";
import { channelsFirst } from "./helper/inputGradient";
import { method, type Target } from "./method";

/**
 * FullGrad — Srinivas and Fleuret, NeurIPS 2019, https://arxiv.org/abs/1905.00780, equation 6: ψ rescales the absolute values of each channel to 0 … 1 and resizes them
 * to the image (bilinear). 1e-7 keeps 0/0 away, as in pytorch-grad-cam. Biases of values without rows and columns have no place and are left out, as in the authors'
 * code.
 */
export const fullGrad = method({
  id: "fullGrad",
  title: "FullGrad",
  paper: "Srinivas and Fleuret, NeurIPS 2019",
  formula: "ψ(∂y_c/∂x·x) + Σ_l Σ_k ψ(∂y_c/∂z_lk·b_lk), ψ = resize((|·| − min)/(max − min)) (eq. 6)",
  family: "activation",
  readsAt: "input",
  final: "none",
  parameters: {},
  indifferentTo: {
    negated: "The magnitudes of gradients stay the same when the score is turned round.",
  },
  refuses: () => undefined,
  plan(g, target) {
    const { score, seed, classes, anatomy } = target;
    const image = anatomy.input.name;
    const biases = biasesBetween(g, image, score).filter(
      ({ value }) => gridAt(target, value) !== undefined,
    );
    const wrt = [image, ...biases.map(({ value }) => value)];
    const [cotangent, ...others] = gradient(g, { of: score, wrt, seed, classes });
    if (!cotangent) throw new SightlineError("method", "The score does not depend on the image.");
    const own = channelsFirst(g, g.op("Mul", [image, cotangent]), anatomy.input.layout);
    const [height, width] = g.dims(own).slice(-2) as [number, number];
    const flat = g.reshape(own, [...g.dims(own).slice(0, -2), height * width]);
    const inputMap = channelSum(g, rescaled(g, flat), { height, width });
    const maps = new Map<string, { readonly map: string; readonly grid: Grid }>();
    biases.forEach(({ value, bias }, i) => {
      if (!others[i]) return;
      const map = mapOf(g, target, value, g.op("Mul", [bias, others[i]]));
      const grid = gridAt(target, value)!;
      const before = maps.get(keyOf(grid));
      const sum = before ? g.op("Add", [before.map, map]) : map;
      maps.set(keyOf(grid), { grid, map: sum });
    });
    return [...maps.values()].reduce(
      (sum, { map, grid }) => g.op("Add", [sum, resized(g, map, grid, { height, width })]),
      inputMap,
    );
  },
});

type Grid = NonNullable<ReturnType<typeof gridOf>>;

function gridAt({ anatomy }: Target, value: string): Grid | undefined {
  const layout = anatomy.layouts.of(value);
  return layout && gridOf(layout);
}

/** Maps of one key lie in the same places. */
function keyOf({ height, width, rows, columns }: Grid): string {
  return JSON.stringify([height, width, rows, columns]);
}

function mapOf(g: Builder, target: Target, layer: string, products: string): string {
  const activation = flatten(g, products, { ...target, layer }, target.classes > 1);
  return channelSum(g, rescaled(g, activation.flat), activation);
}

/** Absolute values of each channel, […,C,h·w], from 0 to 1; a constant channel is 0. */
function rescaled(g: Builder, products: string): string {
  const absolute = g.op("Abs", [products]);
  const above = g.op("Sub", [absolute, g.op("ReduceMin", [absolute, g.ints([-1])])]);
  const largest = g.op("ReduceMax", [above, g.ints([-1])]);
  return g.op("Div", [above, g.op("Add", [largest, g.scalar(1e-7, largest)])]);
}

/** […,h,w] to […,H,W]: bilinear between cell centres, 0 where the map does not reach. */
function resized(
  g: Builder,
  map: string,
  { height, width, rows, columns }: Grid,
  to: Size,
): string {
  const along = (cells: number, span: Span, pixels: number) =>
    g.constant(tensor(g.type(map), shares(cells, span, pixels), [pixels, cells]));
  const tall = g.op("MatMul", [along(height, rows, to.height), map]);
  return g.op("MatMul", [tall, transposed(g, along(width, columns, to.width))]);
}

/** How much each cell counts in each pixel along one side, by pixels and cells. */
function shares(cells: number, { from, to }: Span, pixels: number): Float64Array {
  const [start, end] = [Math.min(from, to), Math.max(from, to)];
  const result = new Float64Array(pixels * cells);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const place = (pixel + 0.5) / pixels;
    if (place < start || place > end) continue;
    const cell = ((place - start) * cells) / (end - start) - 0.5;
    const kept = Math.min(cells - 1, Math.max(0, cell));
    const first = Math.floor(kept);
    result[pixel * cells + first]! += 1 - (kept - first);
    result[pixel * cells + Math.min(cells - 1, first + 1)]! += kept - first;
  }
  return result;
}
