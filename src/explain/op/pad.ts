import { GraphError } from "../error";
import type { Builder } from "../graph/builder";
import { isConcrete } from "../graph/dim";
import type { Dim, Node } from "../graph/graph";
import { tensor } from "../tensor";
import { text } from "./helper/attribute";
import { axisFromFront, openDim } from "./helper/axis";
import { addAlong } from "./helper/cotangent";
import type { Backward, Op } from "./op";
import { count, select } from "./helper/select";

/** How many are added before and after along one axis; negative ones are cut off. */
type Border = readonly [before: Dim, after: Dim];

/** Pad: https://onnx.ai/onnx/operators/onnx__Pad.html */
export const pad: Op = {
  name: "Pad",
  attributes: { mode: "constant" },
  shape: ({ node, inputs: [x], ints }) => {
    const borders = bordersOf(node, x!.dims.length, ints(1), ints(3));
    const dims = x!.dims.map((dim, axis) => {
      const sizes: readonly Dim[] = [dim, ...(borders?.[axis] ?? ["?"])];
      if (isConcrete(sizes)) return sizes.reduce((a, b) => a + b, 0);
      return sizes[1] === 0 && sizes[2] === 0 ? dim : openDim(node, axis);
    });
    return [{ type: x!.type, dims }];
  },
  eval: ([x, pads, value, axes], node) => {
    const given = axes && [...axes.data];
    const borders = bordersOf(node, x!.dims.length, [...pads!.data], given) as [number, number][];
    const indices = x!.dims.map((size, axis) => sources(text(node, "mode"), size, borders[axis]!));
    return [select(x!, indices, value?.data[0] ?? 0)];
  },
  vjp: (g, backward) => [() => padGradient(g, backward), null, null, null],
};

/** One border per axis; `undefined` when the pads are not known. */
function bordersOf(
  node: Node,
  rank: number,
  pads: readonly Dim[] | undefined,
  axes: readonly Dim[] | undefined,
): Border[] | undefined {
  const given = node.inputs[3] ? axes : count(rank);
  if (!given || !pads) return undefined;
  const borders = new Array<Border>(rank).fill([0, 0]);
  given.forEach((axis, i) => {
    borders[axisFromFront(node, Number(axis), rank)] = [pads[i]!, pads[i + given.length]!];
  });
  return borders;
}

/** Where each number along a padded axis comes from; −1 = from nowhere. */
function sources(mode: string, size: number, [before, after]: readonly [number, number]): number[] {
  const modulo = (i: number, n: number) => ((i % n) + n) % n;
  const source: Record<string, (i: number) => number> = {
    constant: (i) => (i < 0 || i >= size ? -1 : i),
    edge: (i) => Math.max(0, Math.min(size - 1, i)),
    wrap: (i) => modulo(i, size),
    reflect: (i) => {
      const place = size === 1 ? 0 : modulo(i, 2 * size - 2);
      return place < size ? place : 2 * size - 2 - place;
    },
  };
  return count(size + before + after).map((i) => source[mode]!(i - before));
}

/** Constant: the opposite padding. Else every number goes back to where it was copied from, axis by axis. */
function padGradient(g: Builder, { node, inputs, dy }: Backward): string {
  const [x, pads, , axes] = inputs;
  const dims = g.dims(x!);
  const borders = bordersOf(node, dims.length, g.known(pads!), axes ? g.known(axes) : undefined);
  if (!borders || !isConcrete(borders.flat())) {
    throw new GraphError(node.name, "has no gradient: the pads are not known before running");
  }
  const padded = count(dims.length).filter((axis) => borders[axis]!.some((size) => size !== 0));
  const mode = text(node, "mode");
  if (mode === "constant")
    return opposite(g, dy, padded, borders as [number, number][], dims.length);
  return padded.reduce((dx, axis) => {
    const size = dims[axis]!;
    if (typeof size !== "number") {
      throw new GraphError(node.name, "has no gradient: it pads an axis of unknown size");
    }
    const places = sources(mode, size, borders[axis] as [number, number]);
    const fromEnd = axis - dims.length;
    const whole = g.dims(dx).with(fromEnd, size);
    return addAlong(g, dx, g.constant(tensor("int64", places)), fromEnd, whole, dx);
  }, dy);
}

function opposite(
  g: Builder,
  dy: string,
  padded: readonly number[],
  borders: readonly (readonly [number, number])[],
  rank: number,
): string {
  if (padded.length === 0) return dy;
  const sizes = [0, 1].flatMap((side) => padded.map((axis) => -borders[axis]![side]!));
  const axes = padded.map((axis) => axis - rank);
  return g.op("Pad", [dy, g.ints(sizes), "", g.ints(axes)]);
}
