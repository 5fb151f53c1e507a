import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Floor: https://onnx.ai/onnx/operators/onnx__Floor.html */
export const floor: Op = {
  name: "Floor",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.floor)],
  vjp: () => [null],
};
