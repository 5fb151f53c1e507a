import { inverted } from "./helper/bits";
import { sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** BitwiseNot: https://onnx.ai/onnx/operators/onnx__BitwiseNot.html */
export const bitwiseNot: Op = {
  name: "BitwiseNot",
  shape: sameAsFirst,
  eval: ([x]) => [inverted(x!)],
};
