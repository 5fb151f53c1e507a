import { broadcast, mapPairs } from "./helper/elementwise";
import { compareInts } from "./helper/shapeArithmetic";
import type { Op } from "./op";

/** Greater: https://onnx.ai/onnx/operators/onnx__Greater.html */
export const greater: Op = {
  name: "Greater",
  shape: (context) => broadcast(context, "bool"),
  eval: ([a, b]) => [mapPairs(a!, b!, (x, y) => Number(x > y), "bool")],
  ints: (context) => compareInts(context, (a, b) => a > b),
};
