import type { Dim } from "../graph/graph";
import { broadcast, mapPairs } from "./helper/elementwise";
import type { Op } from "./op";
import { pairInts } from "./helper/shapeArithmetic";

/** Add: https://onnx.ai/onnx/operators/onnx__Add.html */
export const add: Op = {
  name: "Add",
  shape: (context) => broadcast(context),
  eval: ([a, b]) => [mapPairs(a!, b!, (x, y) => x + y)],
  vjp: (_g, { dy }) => [() => dy, () => dy],
  ints: (context) => pairInts(context, sum),
};

function sum(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === "number" && typeof b === "number") return a + b;
  return a === 0 ? b : b === 0 ? a : undefined;
}
