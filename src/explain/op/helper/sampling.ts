import { GraphError } from "../../error";
import type { Builder } from "../../graph/builder";
import { isConcrete, multiplyDims } from "../../graph/dim";
import type { Dim, Node } from "../../graph/graph";
import { sizeOf, stridesOf, tensor } from "../../tensor";
import { int, text } from "./attribute";
import { shapeValue } from "./cotangent";
import { halfToEven } from "./halfToEven";
import { mask, scale, shift } from "./rule";

/** Samples around a position, and the weight of each as a polynomial of how far the position lies behind the first at its left. */
interface Filter {
  /** Counted from the sample at the left. */
  readonly offsets: readonly number[];
  /** One row per sample: the coefficients of 1, r, r² …, 0 ≤ r < 1. */
  readonly weights: readonly (readonly number[])[];
}

const a = -0.75;

const filters: Readonly<Record<string, Filter>> = {
  nearest: { offsets: [0], weights: [[1]] },
  linear: {
    offsets: [0, 1],
    weights: [
      [1, -1],
      [0, 1],
    ],
  },
  cubic: {
    offsets: [-1, 0, 1, 2],
    weights: [
      [0, a, -2 * a, a],
      [1, 0, -(a + 3), a + 2],
      [0, -a, 2 * a + 3, -(a + 2)],
      [0, 0, a, -a],
    ],
  },
};

function filterOf(node: Node): Filter {
  const filter = filters[text(node, "mode")];
  if (filter) return filter;
  throw new GraphError(node.name, `has the mode ${text(node, "mode")}, which does not exist`);
}

/** From the normalized coordinate −1 … 1 to a position among `size` samples: `factor · coordinate + offset`. */
function toPosition(node: Node, size: number): { factor: number; offset: number } {
  const factor = (int(node, "align_corners") === 1 ? size - 1 : size) / 2;
  return { factor, offset: (size - 1) / 2 };
}

/** The period after which reflected samples come again, and the sum of a sample and its mirror image. */
function mirror(node: Node, size: number): { period: number; sum: number } {
  const isAligned = int(node, "align_corners") === 1;
  return {
    period: Math.max(1, isAligned ? 2 * size - 2 : 2 * size),
    sum: isAligned ? 2 * size - 2 : 2 * size - 1,
  };
}

/** The samples that one normalized coordinate meets along an axis, with their weights; padding that is zero is left out. */
export function samplesAt(
  node: Node,
  coordinate: number,
  size: number,
): (readonly [at: number, weight: number])[] {
  const { factor, offset } = toPosition(node, size);
  const { offsets, weights } = filterOf(node);
  const position = factor * coordinate + offset;
  const left = text(node, "mode") === "nearest" ? halfToEven(position) : Math.floor(position);
  return offsets.flatMap((step, i) => {
    const at = padded(node, left + step, size);
    const weight = weights[i]!.reduceRight((sum, factor) => sum * (position - left) + factor, 0);
    return at < 0 ? [] : [[at, weight] as const];
  });
}

/** Where a sample is that may lie outside; −1 = nowhere. */
function padded(node: Node, at: number, size: number): number {
  if (at >= 0 && at < size) return at;
  const inside = (place: number) => Math.min(size - 1, Math.max(0, place));
  switch (text(node, "padding_mode")) {
    case "border":
      return inside(at);
    case "reflection": {
      const { period, sum } = mirror(node, size);
      const place = at - period * Math.floor(at / period);
      return inside(Math.min(place, sum - place));
    }
    default:
      return -1;
  }
}

/** What GridSample meets at every position, as values of the graph. */
export interface Samples {
  /** Flat offsets into the plane, int64 [N, samples, positions]. */
  readonly indices: string;
  /** [N, samples, positions] */
  readonly weights: string;
  /** The derivative of the weights by each normalized coordinate, in the order of the grid (the last axis first). */
  slopes(): string[];
  readonly samples: number;
  readonly positions: number;
}

/** What lies at the samples: of x [N, C, …], as [N, C, samples, positions]. */
export function pickedSamples(
  g: Builder,
  x: string,
  { indices, samples, positions }: Samples,
): string {
  const [batch, channels, ...sizes] = g.dims(x) as [Dim, number, ...Dim[]];
  const flat = g.reshape(x, [batch, channels, multiplyDims(sizes)]);
  const picked = g.op("GatherElements", [flat, perChannel(g, indices, channels)], { axis: -1 });
  return g.reshape(picked, [batch, channels, samples, positions]);
}

/** The same indices [N, samples, positions] for every channel: [N, C, samples · positions]. */
export function perChannel(g: Builder, indices: string, channels: number): string {
  const [batch, samples, positions] = g.dims(indices);
  const cells = multiplyDims([samples!, positions!]);
  const row = g.reshape(indices, [batch!, 1, cells]);
  return g.op("Expand", [row, shapeValue(g, [batch!, channels, cells], indices)]);
}

/** The samples along one axis: values [N, offsets, positions]. */
interface Line {
  readonly places: string;
  readonly weights: string;
  slopes(): string;
}

/** The samples of a GridSample of `x` [N, C, …] at `grid` [N, …, axes]. */
export function samplesOf(g: Builder, node: Node, x: string, grid: string): Samples {
  const sizes = concrete(node, g.dims(x).slice(2));
  const positions = sizeOf(concrete(node, g.dims(grid).slice(1, -1)));
  const lines = sizes.map((size, axis) => {
    const which = g.constant(tensor("int64", [sizes.length - 1 - axis], []));
    const coordinate = g.op("Gather", [grid, which], { axis: -1 });
    return lineOf(g, node, g.reshape(coordinate, [g.dims(grid)[0]!, 1, positions]), size);
  });
  const { length } = filterOf(node).offsets;
  const samples = length ** sizes.length;
  const batch = g.dims(grid)[0]!;
  const spread = (value: string, axis: number) =>
    g.reshape(value, [batch, ...sizes.map((_, i) => (i === axis ? length : 1)), positions]);
  const together = (op: string, values: readonly string[]) =>
    g.reshape(
      values.map(spread).reduce((sum, value) => g.op(op, [sum, value])),
      [batch, samples, positions],
    );
  const strides = stridesOf(sizes);
  const offsets = lines.map(({ places }, axis) =>
    g.op("Mul", [places, g.constant(tensor("int64", [strides[axis]!], []))]),
  );
  const weights = lines.map((line) => line.weights);
  const slopes = () =>
    lines.map((line, axis) => together("Mul", weights.with(axis, line.slopes()))).reverse();
  return {
    ...{ indices: together("Add", offsets), weights: together("Mul", weights) },
    ...{ slopes, samples, positions },
  };
}

function lineOf(g: Builder, node: Node, coordinate: string, size: number): Line {
  const { factor, offset } = toPosition(node, size);
  const { offsets, weights } = filterOf(node);
  const type = g.type(coordinate);
  const position = shift(g, scale(g, coordinate, factor), offset);
  const left = g.op(text(node, "mode") === "nearest" ? "Round" : "Floor", [position]);
  const rest = g.op("Sub", [position, left]);
  const steps = g.constant(tensor(type, offsets, [offsets.length, 1]));
  const at = g.op("Add", [left, steps]);
  const bound = (value: string) =>
    g.op("Clip", [value, g.scalar(0, value), g.scalar(size - 1, value)]);
  const place = bound(
    text(node, "padding_mode") === "reflection" ? reflected(g, node, at, size) : at,
  );
  const seen =
    text(node, "padding_mode") === "zeros" ? mask(g, g.op("Equal", [at, place]), at) : undefined;
  const visible = (value: string) => (seen ? g.op("Mul", [value, seen]) : value);
  const slopes = weights.map((row) => row.map((value, power) => value * power * factor).slice(1));
  return {
    places: g.op("Cast", [place], { to: "int64" }),
    weights: visible(polynomial(g, weights, rest)),
    slopes: () => visible(polynomial(g, slopes, rest)),
  };
}

function reflected(g: Builder, node: Node, at: string, size: number): string {
  const { period, sum } = mirror(node, size);
  const turns = g.op("Floor", [scale(g, at, 1 / period)]);
  const place = g.op("Sub", [at, scale(g, turns, period)]);
  return g.op("Min", [place, g.op("Sub", [g.scalar(sum, place), place])]);
}

/** Σ rows[i][k] · xᵏ for every row i: [N, 1, P] → [N, rows, P]; a constant takes its shape from x. */
function polynomial(g: Builder, rows: readonly (readonly number[])[], x: string): string {
  const column = (power: number) => {
    const values = rows.map((row) => row[power]!);
    return g.constant(tensor(g.type(x), values, [rows.length, 1]));
  };
  const powers = rows[0]!.map((_, power) => power);
  if (powers.length === 1) return g.op("Add", [g.op("Mul", [x, g.scalar(0, x)]), column(0)]);
  return powers
    .slice(0, -1)
    .reduceRight(
      (sum, power) => g.op("Add", [g.op("Mul", [sum, x]), column(power)]),
      column(powers.length - 1),
    );
}

function concrete(node: Node, sizes: readonly Dim[]): readonly number[] {
  if (isConcrete(sizes)) return sizes;
  throw new GraphError(node.name, "has no gradient: its sizes are not known before running");
}
