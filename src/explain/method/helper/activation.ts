import type { Builder } from "../../graph/builder";
import { multiplyDims } from "../../graph/dim";
import type { Dim } from "../../graph/graph";
import {
  atomsOf,
  gridOf,
  inOrder,
  type Atom,
  type Layout,
  type Span,
} from "../../model/layout/layout";
import type { Target } from "../method";

/** A layer's activation (or its cotangent) with its axes in the order [N,C,h·w], whatever the model's layout. */
export interface Activation {
  /** [N,C,h·w] */
  readonly flat: string;
  readonly height: number;
  readonly width: number;
}

/**
 * Brings a value that has the layout of `target.layer` to [N,C,h·w]: tokens without a place are left out, windows put back where they were, mirrored ones turned; a
 * class axis K in front stays.
 */
export function flatten(
  g: Builder,
  value: string,
  target: Target,
  hasClassAxis: boolean,
): Activation {
  const layout = target.anatomy.layouts.of(target.layer)!;
  const { height, width, channels, rows, columns } = gridOf(layout)!;
  const lead = hasClassAxis ? 1 : 0;
  const front = g.dims(value).slice(0, lead);
  const places = withoutTokens(g, value, layout, lead);
  const atoms = atomsOf(layout);
  const apart = g.reshape(places, [...front, ...atoms.map(({ size }) => size)]);
  const wanted = [
    ...atoms.filter(({ kind }) => kind === "batch"),
    ...atoms.filter(({ kind }) => kind === "channel" || kind === "other"),
    ...inOrder(atoms.filter(({ kind }) => kind === "height")),
    ...inOrder(atoms.filter(({ kind }) => kind === "width")),
  ];
  const perm = [...front.map((_, i) => i), ...wanted.map((atom) => atoms.indexOf(atom) + lead)];
  const isOrdered = perm.every((axis, i) => axis === i);
  const ordered = isOrdered ? apart : g.op("Transpose", [apart], { perm });
  const batch = multiplyDims(sizesOf(atoms, "batch"));
  const grid = [...front, batch, channels, height, width];
  const unrolled = unroll(g, ordered, grid, atoms);
  const forward = unturned(g, unrolled, grid, [rows, columns]);
  return { flat: g.reshape(forward, [...front, batch, channels, height * width]), height, width };
}

/** Leaves out the tokens that stand beside the grid. */
function withoutTokens(g: Builder, value: string, layout: Layout, lead: number): string {
  const at = layout.findIndex((axis) => axis.some(({ kind }) => kind === "tokens"));
  const tokens = layout[at]?.find((item) => item.kind === "tokens");
  if (!tokens) return value;
  // The tokens may share their axis with the batch.
  const sizes = layout.flatMap((axis) => axis.map(({ size }) => size));
  const items = layout.flat();
  const apart = g.reshape(value, [...g.dims(value).slice(0, lead), ...sizes]);
  const axis = items.indexOf(tokens) + lead;
  const end = tokens.size - tokens.trail;
  return g.op("Slice", [apart, g.ints([tokens.lead]), g.ints([end]), g.ints([axis])]);
}

/** Rows and columns that were shifted round in a circle, back where they were; `grid` is the shape with rows and columns last. */
function unroll(g: Builder, value: string, grid: readonly Dim[], atoms: readonly Atom[]): string {
  return (["height", "width"] as const).reduce((current, kind, i) => {
    const { roll = 0, step = 1 } = inOrder(atoms.filter((atom) => atom.kind === kind)).at(-1) ?? {};
    const axis = grid.length - 2 + i;
    const size = grid[axis] as number;
    const turn = size - roll / step;
    if (roll === 0) return current;
    const whole = g.reshape(current, grid);
    const slice = (from: number, to: number) =>
      g.op("Slice", [whole, g.ints([from]), g.ints([to]), g.ints([axis])]);
    return g.op("Concat", [slice(turn, size), slice(0, turn)], { axis });
  }, value);
}

/** Rows and columns that run backwards, forwards again; `grid` is the shape with them last. */
function unturned(
  g: Builder,
  value: string,
  grid: readonly Dim[],
  spans: readonly [rows: Span, columns: Span],
): string {
  const axes = spans.flatMap(({ from, to }, i) => (from > to ? [grid.length - 2 + i] : []));
  if (axes.length === 0) return value;
  const every = (number: number) => g.ints(axes.map(() => number));
  const all = [every(-1), every(-(2 ** 31)), g.ints(axes), every(-1)];
  return g.op("Slice", [g.reshape(value, grid), ...all]);
}

function sizesOf(atoms: readonly Atom[], kind: Atom["kind"]): Dim[] {
  return atoms.filter((atom) => atom.kind === kind).map(({ size }) => size);
}

/** Σ_k weights_k · A_k: weights [N,C] or [K,N,C] and A [N,C,h·w] to [N,h,w] or [K,N,h,w]. */
export function weightedSum(
  g: Builder,
  weights: string,
  { flat, height, width }: Activation,
): string {
  const row = g.op("Unsqueeze", [weights, g.ints([-2])]);
  const sum = g.op("MatMul", [row, flat]);
  return g.reshape(sum, [...g.dims(weights).slice(0, -1), height, width]);
}

/** Σ_k of products [N,C,h·w] or [K,N,C,h·w]: [N,h,w] or [K,N,h,w]. */
export function channelSum(
  g: Builder,
  products: string,
  { height, width }: Pick<Activation, "height" | "width">,
): string {
  const sum = g.op("ReduceSum", [products, g.ints([-2])], { keepdims: 0 });
  return g.reshape(sum, [...g.dims(products).slice(0, -2), height, width]);
}

/** A map [N,h,w] that is the same for every class, once for each of K: [K,N,h,w] for K > 1. */
export function forEachClass(g: Builder, map: string, classes: number): string {
  if (classes === 1) return map;
  const shape = g.op("Concat", [g.ints([classes]), g.op("Shape", [map])], { axis: 0 });
  return g.op("Expand", [map, shape]);
}
