import type { Op } from "./op";
import { reduction } from "./helper/reduction";
import { toFirstExtreme } from "./helper/firstExtreme";

/** ReduceMin: https://onnx.ai/onnx/operators/onnx__ReduceMin.html */
export const reduceMin: Op = {
  name: "ReduceMin",
  ...reduction((values) => values.reduce((a, b) => Math.min(a, b), Infinity)),
  vjp: toFirstExtreme,
};
