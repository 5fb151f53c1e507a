import { multiplyDims } from "../graph/dim";
import { scalar, sizeOf } from "../tensor";
import type { Op } from "./op";

/** Size: https://onnx.ai/onnx/operators/onnx__Size.html */
export const size: Op = {
  name: "Size",
  shape: () => [{ type: "int64", dims: [] }],
  eval: ([x]) => [scalar("int64", sizeOf(x!.dims))],
  ints: ({ inputs: [x] }) => [multiplyDims(x!.dims)],
};
