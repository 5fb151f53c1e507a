import { bitwise } from "./helper/bits";
import type { Op } from "./op";

/** BitwiseOr: https://onnx.ai/onnx/operators/onnx__BitwiseOr.html */
export const bitwiseOr: Op = {
  name: "BitwiseOr",
  ...bitwise((a, b) => a | b),
};
