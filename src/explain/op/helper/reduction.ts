import { GraphError } from "../../error";
import type { Builder } from "../../graph/builder";
import { isConcrete } from "../../graph/dim";
import type { Dim, Node } from "../../graph/graph";
import { scalar, sizeOf, stridesOf, tensor, zeros, type DType, type Tensor } from "../../tensor";
import { int } from "./attribute";
import { axisFromFront } from "./axis";
import type { Backward, Op } from "../op";

/** What becomes of the numbers of one group. */
export type Fold = (values: Float64Array) => number;

/** What the operators ReduceSum, ReduceMax … have in common: axes as an optional second input. */
export function reduction(fold: Fold): Pick<Op, "attributes" | "shape" | "eval"> {
  return {
    attributes: { keepdims: 1, noop_with_empty_axes: 0 },
    shape: ({ node, inputs: [x, axes], ints }) => {
      const reduced = reducedAxes(node, x!.dims.length, axes && concreteAxes(node, ints(1)));
      return [{ type: x!.type, dims: reducedDims(x!.dims, reduced, int(node, "keepdims") === 1) }];
    },
    eval: ([x, axes], node) => {
      const reduced = reducedAxes(node, x!.dims.length, axes && [...axes.data]);
      return [reduce(x!, reduced, int(node, "keepdims") === 1, fold)];
    },
  };
}

function concreteAxes(node: Node, axes: readonly Dim[] | undefined): readonly number[] {
  if (axes && isConcrete(axes)) return axes;
  throw new GraphError(node.name, `${node.op} has axes that are not known before running`);
}

/** The axes that a reduction removes, from the front; without `axes` all, unless the node says none. */
function reducedAxes(node: Node, rank: number, axes: readonly number[] = []): number[] {
  if (axes.length > 0) return axes.map((axis) => axisFromFront(node, axis, rank));
  const none = int(node, "noop_with_empty_axes") === 1;
  return none ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

/** The shape after reducing `axes` (from the front). */
export function reducedDims<T extends Dim>(
  dims: readonly T[],
  axes: readonly number[],
  keep: boolean,
): (T | 1)[] {
  return dims.flatMap<T | 1>((dim, axis) => (!axes.includes(axis) ? [dim] : keep ? [1] : []));
}

/** Folds the numbers of each group, in C order. */
export function reduce(
  x: Tensor,
  axes: readonly number[],
  keep: boolean,
  fold: Fold,
  type: DType = x.type,
): Tensor {
  const y = zeros(type, reducedDims(x.dims, axes, keep));
  const length = sizeOf(x.dims.filter((_, axis) => axes.includes(axis)));
  const groups = new Float64Array(x.data.length);
  const filled = new Uint32Array(y.data.length);
  const strides = stridesOf(x.dims);
  const kept = stridesOf(reducedDims(x.dims, axes, true));
  for (let i = 0; i < x.data.length; i++) {
    let group = 0;
    for (let axis = 0; axis < strides.length; axis++) {
      if (axes.includes(axis)) continue;
      group += (Math.floor(i / strides[axis]!) % x.dims[axis]!) * kept[axis]!;
    }
    groups[group * length + filled[group]!++] = x.data[i]!;
  }
  for (let i = 0; i < y.data.length; i++) {
    y.data[i] = fold(groups.subarray(i * length, (i + 1) * length));
  }
  return y;
}

/** The axes of a reduction that a backward rule is about, from the front. */
export function axesOf(g: Builder, { node, inputs: [x, axes] }: Backward): number[] {
  return reducedAxes(node, g.dims(x!).length, axes ? concreteAxes(node, g.known(axes)) : []);
}

/** The output of a reduction with every reduced axis kept as 1: it broadcasts against the input. */
export function keptOutput(g: Builder, backward: Backward): string {
  const dims = g.dims(backward.inputs[0]!);
  return g.reshape(backward.outputs[0]!, reducedDims(dims, axesOf(g, backward), true));
}

/** The cotangent of a reduction's output with every reduced axis kept as 1. */
export function keptCotangent(g: Builder, backward: Backward): string {
  const [x] = backward.inputs;
  const lead = g.cotangentDims(x!).length - g.dims(x!).length;
  const axes = axesOf(g, backward).map((axis) => axis + lead);
  return g.reshape(backward.dy, reducedDims(g.cotangentDims(x!), axes, true));
}

/** Repeats `value`, a cotangent with kept axes, to the shape of the input's cotangent. */
export function spread(g: Builder, backward: Backward, value: string): string {
  const [x] = backward.inputs;
  const axes = axesOf(g, backward);
  // Along the other axes a 1 leaves the size as it is, so that a named batch need not be looked up.
  const dims = g.dims(x!).map((dim, axis) => (axes.includes(axis) ? dim : 1));
  if (dims.every((dim) => dim === 1)) return value;
  return g.op("Expand", [value, isConcrete(dims) ? g.ints(dims) : g.op("Shape", [x!])]);
}

/**
 * Numbers the elements of each group in C order: `places` is 0 … count − 1 along the reduced axes and 1 long along the others, and
 * `count` a scalar; int64. Sizes that are only names are taken from the input at run time.
 */
export function placesWithin(g: Builder, backward: Backward): { places: string; count: string } {
  const x = backward.inputs[0]!;
  const axes = axesOf(g, backward);
  const dims = g.dims(x).map((dim, axis) => (axes.includes(axis) ? dim : 1));
  if (isConcrete(dims)) {
    const size = sizeOf(dims);
    const numbers = Array.from({ length: size }, (_, i) => i);
    return {
      places: g.constant(tensor("int64", numbers, dims)),
      count: g.constant(scalar("int64", size)),
    };
  }
  const sizes = g.op(
    "Concat",
    dims.map((dim, axis) =>
      typeof dim === "number" ? g.ints([dim]) : g.op("Shape", [x], { start: axis, end: axis + 1 }),
    ),
    { axis: 0 },
  );
  const count = g.op("ReduceProd", [sizes], { keepdims: 0 });
  const [zero, one] = [0, 1].map((value) => g.constant(scalar("int64", value)));
  return { places: g.op("Reshape", [g.op("Range", [zero!, count, one!]), sizes]), count };
}
