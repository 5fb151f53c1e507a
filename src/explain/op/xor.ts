import { broadcast, mapPairs } from "./helper/elementwise";
import type { Op } from "./op";

/** Xor: https://onnx.ai/onnx/operators/onnx__Xor.html */
export const xor: Op = {
  name: "Xor",
  shape: (context) => broadcast(context),
  eval: ([a, b]) => [mapPairs(a!, b!, (x, y) => Number(x !== y))],
};
