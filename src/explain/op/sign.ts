import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Sign: https://onnx.ai/onnx/operators/onnx__Sign.html */
export const sign: Op = {
  name: "Sign",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.sign)],
  vjp: () => [null],
};
