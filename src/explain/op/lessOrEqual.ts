import { broadcast, mapPairs } from "./helper/elementwise";
import { compareInts } from "./helper/shapeArithmetic";
import type { Op } from "./op";

/** LessOrEqual: https://onnx.ai/onnx/operators/onnx__LessOrEqual.html */
export const lessOrEqual: Op = {
  name: "LessOrEqual",
  shape: (context) => broadcast(context, "bool"),
  eval: ([a, b]) => [mapPairs(a!, b!, (x, y) => Number(x <= y), "bool")],
  ints: (context) => compareInts(context, (a, b) => a <= b),
};
