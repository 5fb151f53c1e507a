import type { Dim } from "../graph/graph";
import { broadcast, mapPairs } from "./helper/elementwise";
import type { Op } from "./op";
import { pairInts } from "./helper/shapeArithmetic";

/** Equal: https://onnx.ai/onnx/operators/onnx__Equal.html */
export const equal: Op = {
  name: "Equal",
  shape: (context) => broadcast(context, "bool"),
  eval: ([a, b]) => [mapPairs(a!, b!, (x, y) => Number(x === y), "bool")],
  ints: (context) => pairInts(context, equalDims),
};

/** A named size is never negative, which is all that exporters ask of it (is it −1?). */
function equalDims(a: Dim, b: Dim): Dim | undefined {
  if (a === b) return 1;
  const bothKnown = typeof a === "number" && typeof b === "number";
  return bothKnown || Number(a) < 0 || Number(b) < 0 ? 0 : undefined;
}
