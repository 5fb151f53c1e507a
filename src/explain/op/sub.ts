import type { Dim } from "../graph/graph";
import { broadcast, mapPairs } from "./helper/elementwise";
import type { Op } from "./op";
import { pairInts } from "./helper/shapeArithmetic";

/** Sub: https://onnx.ai/onnx/operators/onnx__Sub.html */
export const sub: Op = {
  name: "Sub",
  shape: (context) => broadcast(context),
  eval: ([a, b]) => [mapPairs(a!, b!, (x, y) => x - y)],
  vjp: (g, { dy }) => [() => dy, () => g.op("Neg", [dy])],
  ints: (context) => pairInts(context, difference),
};

function difference(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return b === 0 ? a : a === b ? 0 : undefined;
}
