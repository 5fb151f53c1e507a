import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Ceil: https://onnx.ai/onnx/operators/onnx__Ceil.html */
export const ceil: Op = {
  name: "Ceil",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.ceil)],
  vjp: () => [null],
};
