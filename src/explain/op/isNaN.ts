import { map } from "./helper/elementwise";
import type { Op } from "./op";

/** IsNaN: https://onnx.ai/onnx/operators/onnx__IsNaN.html */
export const isNaN: Op = {
  name: "IsNaN",
  shape: ({ inputs: [x] }) => [{ type: "bool", dims: x!.dims }],
  eval: ([x]) => [map(x!, (v) => Number(Number.isNaN(v)), "bool")],
};
