import { stridesOf, tensor } from "../tensor";
import { int } from "./helper/attribute";
import type { Op } from "./op";
import { explicitPooling, lowest, maxima, pooledType, poolingOf } from "./helper/pooling";
import { windowAttributes } from "./helper/window";

/**
 * MaxPool: https://onnx.ai/onnx/operators/onnx__MaxPool.html
 *
 * X [N, C, …] → Y [N, C, …] and, if asked for, the flat offsets of the maxima in X. The first maximum in row-major order
 * gets the whole gradient.
 */
export const maxPool: Op = {
  name: "MaxPool",
  attributes: { ...windowAttributes, ceil_mode: 0, storage_order: 0 },
  shape: ({ node, inputs }) => {
    const y = pooledType(node, inputs[0]!);
    return [y, { type: "int64", dims: y.dims }];
  },
  eval: ([x], node) => {
    const pooling = poolingOf(node, x!.dims);
    const offsets = maxima(x!, pooling);
    const floor = lowest(x!.type);
    const y = Float64Array.from(offsets, (offset) => (offset < 0 ? floor : x!.data[offset]!));
    const indices = int(node, "storage_order") === 1 ? columnMajor(offsets, x!.dims) : offsets;
    return [tensor(x!.type, y, pooling.dims), tensor("int64", indices, pooling.dims)];
  },
  vjp: (g, { node, inputs: [x], dy }) => [
    () => g.op("MaxPoolGrad", [x!, dy], explicitPooling(node, g.dims(x!))),
  ],
};

/** Row-major offsets in [N, C, …] as offsets in planes that lie column by column (the first spatial axis runs fastest). */
function columnMajor(offsets: Int32Array, dims: readonly number[]): Int32Array {
  const sizes = dims.slice(2);
  const rows = stridesOf(sizes);
  const columns = stridesOf(sizes.toReversed()).toReversed();
  const plane = rows[0]! * sizes[0]!;
  return offsets.map((offset) => {
    const within = offset % plane;
    const index = sizes.map((size, axis) => Math.floor(within / rows[axis]!) % size);
    return index.reduce((sum, i, axis) => sum + i * columns[axis]!, offset - within);
  });
}
