import type { Builder } from "../../../graph/builder";
import { isConcrete, multiplyDims } from "../../../graph/dim";
import { text } from "../../../op/helper/attribute";
import { transposed } from "../../../op/helper/matrix";
import { rowLength } from "../../../op/helper/sliceOffsets";
import { stridesOf, tensor } from "../../../tensor";
import type { Lowering } from "./lowering";

/**
 * ScatterND that adds up, multiplies or compares: onnxruntime's kernel (1.30, 1.32) works at several places at once, and of what meets at one place some is lost, in
 * each run something else (https://github.com/microsoft/onnxruntime/issues/18048). ScatterElements goes through them one after the other, which takes its time: 64
 * channels, 56², four samples a place, 4 against 0.3 ms, and 16 along the first axis.
 */
export const scatterND: Lowering = {
  op: "ScatterND",
  lower(g, node) {
    const reduction = text(node, "reduction");
    if (reduction === "none") return undefined;
    const [x, indices, updates] = node.inputs as [string, string, string];
    const dims = g.dims(x);
    const count = rowLength(node, g.dims(indices), dims.length);
    const named = dims.slice(1, count);
    if (!isConcrete(named)) return undefined;
    const length = multiplyDims(dims.slice(count));
    const data = g.reshape(x, [multiplyDims(dims.slice(0, count)), length]);
    const rows = g.reshape(updates, [multiplyDims(g.dims(indices).slice(0, -1)), length]);
    const places = count === 1 ? indices : linear(g, x, indices, [1, ...named]);
    const line = g.op("Reshape", [places, g.ints([1, -1])]);
    const columns = transposed(g, rows);
    const each = g.op("Expand", [line, g.op("Shape", [columns])]);
    const inputs = [transposed(g, data), each, columns];
    const added = g.op("ScatterElements", inputs, { axis: 1, reduction });
    return [g.reshape(transposed(g, added), dims)];
  },
};

/** Places along the first axes of x, whose `sizes` count but for the first, as places along one axis, from the front. */
function linear(g: Builder, x: string, indices: string, sizes: readonly number[]): string {
  const shape = g.op("Shape", [x], { start: 0, end: sizes.length });
  const isBehind = g.op("Less", [indices, g.ints([0])]);
  const fromFront = g.op("Where", [isBehind, g.op("Add", [indices, shape]), indices]);
  const strides = g.constant(tensor("int64", [...stridesOf(sizes)]));
  return g.op("ReduceSum", [g.op("Mul", [fromFront, strides]), g.ints([-1])], { keepdims: 0 });
}
