import { broadcast, mapPairs } from "./helper/elementwise";
import type { Op } from "./op";

/** Or: https://onnx.ai/onnx/operators/onnx__Or.html */
export const or: Op = {
  name: "Or",
  shape: (context) => broadcast(context, "bool"),
  eval: ([a, b]) => [mapPairs(a!, b!, (x, y) => Number(x || y), "bool")],
};
