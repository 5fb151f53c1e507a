import { isConcrete } from "../graph/dim";
import { stridesOf, tensor } from "../tensor";
import { openDim } from "./helper/axis";
import { count } from "./helper/select";
import type { Op } from "./op";

/** NonZero, one row of indices per axis; how many there are is known only of constants: https://onnx.ai/onnx/operators/onnx__NonZero.html */
export const nonZero: Op = {
  name: "NonZero",
  shape: ({ node, inputs: [x], ints }) => {
    const known = ints(0);
    const found =
      known && isConcrete(known) ? known.filter((v) => v !== 0).length : openDim(node, 1);
    return [{ type: "int64", dims: [Math.max(1, x!.dims.length), found] }];
  },
  eval: ([x]) => {
    const places = count(x!.data.length).filter((i) => x!.data[i] !== 0);
    const dims = x!.dims.length === 0 ? [1] : x!.dims;
    const strides = stridesOf(dims);
    const rows = dims.map((size, axis) => places.map((i) => Math.floor(i / strides[axis]!) % size));
    return [tensor("int64", rows.flat(), [dims.length, places.length])];
  },
};
