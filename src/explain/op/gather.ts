import { isConcrete, multiplyDims } from "../graph/dim";
import type { Dim } from "../graph/graph";
import { int } from "./helper/attribute";
import { axisFromEnd, axisFromFront, placeFromFront } from "./helper/axis";
import { addAlong, putBack } from "./helper/cotangent";
import type { Op, ShapeContext } from "./op";
import { selectAlong } from "./helper/select";

/** Gather: https://onnx.ai/onnx/operators/onnx__Gather.html */
export const gather: Op = {
  name: "Gather",
  attributes: { axis: 0 },
  shape: ({ node, inputs: [x, indices], ints }) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const size = x!.dims[axis]!;
    for (const index of ints(1) ?? []) {
      if (isConcrete([index, size])) placeFromFront(node, Number(index), Number(size));
    }
    return [{ type: x!.type, dims: x!.dims.toSpliced(axis, 1, ...indices!.dims) }];
  },
  eval: ([x, indices], node) => {
    const axis = axisFromFront(node, int(node, "axis"), x!.dims.length);
    const list = Array.from(indices!.data, (index) => placeFromFront(node, index, x!.dims[axis]!));
    const { data } = selectAlong(x!, axis, list);
    return [{ type: x!.type, dims: x!.dims.toSpliced(axis, 1, ...indices!.dims), data }];
  },
  vjp: (g, { node, inputs: [x, indices], dy }) => [
    () => {
      const dims = g.cotangentDims(x!);
      const axis = axisFromEnd(node, int(node, "axis"), g.dims(x!).length);
      // All axes of the indices as one, in the place of the axis that they were picked along.
      const picks = multiplyDims(g.dims(indices!));
      const slices = g.reshape(dy, dims.with(axis, picks));
      const length = g.dims(x!).at(axis)!;
      const distinct = distinctIndices(g.known(indices!), length);
      if (distinct) return putBack(g, slices, distinct, axis, Number(length));
      return addAlong(g, slices, g.reshape(indices!, [picks]), axis, dims, x!);
    },
    null,
  ],
  ints: gatherInts,
};

/** The indices from the front, when they are known and none occurs twice. */
function distinctIndices(known: readonly Dim[] | undefined, length: Dim): number[] | undefined {
  if (!known || !isConcrete(known) || typeof length !== "number") return undefined;
  const indices = known.map((index) => (index < 0 ? index + length : index));
  return new Set(indices).size === indices.length ? indices : undefined;
}

function gatherInts({ inputs: [x], ints }: ShapeContext): readonly Dim[] | undefined {
  const list = x!.dims.length === 1 ? ints(0) : undefined;
  const picks = ints(1);
  if (!list || !picks) return undefined;
  const result = picks.map((index) => (typeof index === "number" ? list.at(index) : undefined));
  return result.every((dim) => dim !== undefined) ? result : undefined;
}
