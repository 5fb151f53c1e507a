import { map, sameAsFirst } from "./helper/elementwise";
import { halfToEven } from "./helper/halfToEven";
import type { Op } from "./op";

/** Round, halves to even: https://onnx.ai/onnx/operators/onnx__Round.html */
export const round: Op = {
  name: "Round",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, halfToEven)],
  vjp: () => [null],
};
