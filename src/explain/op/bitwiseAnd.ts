import { bitwise } from "./helper/bits";
import type { Op } from "./op";

/** BitwiseAnd: https://onnx.ai/onnx/operators/onnx__BitwiseAnd.html */
export const bitwiseAnd: Op = {
  name: "BitwiseAnd",
  ...bitwise((a, b) => a & b),
};
