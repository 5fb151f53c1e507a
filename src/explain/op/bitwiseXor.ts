import { bitwise } from "./helper/bits";
import type { Op } from "./op";

/** BitwiseXor: https://onnx.ai/onnx/operators/onnx__BitwiseXor.html */
export const bitwiseXor: Op = {
  name: "BitwiseXor",
  ...bitwise((a, b) => a ^ b),
};
