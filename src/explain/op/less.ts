import { broadcast, mapPairs } from "./helper/elementwise";
import { compareInts } from "./helper/shapeArithmetic";
import type { Op } from "./op";

/** Less: https://onnx.ai/onnx/operators/onnx__Less.html */
export const less: Op = {
  name: "Less",
  shape: (context) => broadcast(context, "bool"),
  eval: ([a, b]) => [mapPairs(a!, b!, (x, y) => Number(x < y), "bool")],
  ints: (context) => compareInts(context, (a, b) => a < b),
};
