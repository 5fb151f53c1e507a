import { broadcast, mapPairs } from "./helper/elementwise";
import type { Op } from "./op";

/** And: https://onnx.ai/onnx/operators/onnx__And.html */
export const and: Op = {
  name: "And",
  shape: (context) => broadcast(context, "bool"),
  eval: ([a, b]) => [mapPairs(a!, b!, (x, y) => Number(x && y), "bool")],
};
