import type { Op } from "./op";
import { reduction } from "./helper/reduction";
import { toFirstExtreme } from "./helper/firstExtreme";

/** ReduceMax: https://onnx.ai/onnx/operators/onnx__ReduceMax.html */
export const reduceMax: Op = {
  name: "ReduceMax",
  ...reduction((values) => values.reduce((a, b) => Math.max(a, b), -Infinity)),
  vjp: toFirstExtreme,
};
