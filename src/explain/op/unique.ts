import type { Dim, Node } from "../graph/graph";
import { tensor, type Tensor } from "../tensor";
import { int, maybeInt } from "./helper/attribute";
import { axisFromFront, openDim } from "./helper/axis";
import { count, selectAlong } from "./helper/select";
import type { Op } from "./op";

/**
 * Unique elements, or slices along an axis: https://onnx.ai/onnx/operators/onnx__Unique.html. How many there are is not known before
 * running.
 */
export const unique: Op = {
  name: "Unique",
  attributes: { axis: undefined, sorted: 1 },
  shape: ({ node, inputs: [x] }) => {
    const axis = axisOf(node, x!.dims);
    const found = openDim(node, axis ?? 0);
    const all = axis === undefined ? openDim(node, 1) : x!.dims[axis]!;
    return [
      { type: x!.type, dims: axis === undefined ? [found] : x!.dims.with(axis, found) },
      ...[found, all, found].map((dim) => ({ type: "int64" as const, dims: [dim] })),
    ];
  },
  eval: ([x], node) => {
    const given = axisOf(node, x!.dims);
    const flat: Tensor = given === undefined ? { ...x!, dims: [x!.data.length] } : x!;
    const axis = given ?? 0;
    const slices = count(flat.dims[axis]!).map((i) => selectAlong(flat, axis, [i]).data);
    const same = (i: number, j: number) => compare(slices[i]!, slices[j]!) === 0;
    const firsts = count(slices.length).filter((i) => count(i).every((j) => !same(i, j)));
    if (int(node, "sorted") === 1) firsts.sort((i, j) => compare(slices[i]!, slices[j]!));
    const inverse = slices.map((_, i) => firsts.findIndex((first) => same(i, first)));
    const counts = firsts.map((_, k) => inverse.filter((place) => place === k).length);
    const places = [firsts, inverse, counts].map((list) => tensor("int64", list));
    return [selectAlong(flat, axis, firsts), ...places];
  },
};

function axisOf(node: Node, dims: readonly Dim[]): number | undefined {
  const axis = maybeInt(node, "axis");
  return axis === undefined ? undefined : axisFromFront(node, axis, dims.length);
}

/** In the order of the first number that differs. */
function compare(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}
