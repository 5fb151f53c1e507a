import { divideDims } from "../graph/dim";
import type { Dim } from "../graph/graph";
import { dtypes } from "../tensor";
import { broadcast, mapPairs } from "./helper/elementwise";
import type { Op } from "./op";
import { pairInts } from "./helper/shapeArithmetic";

/** Div: https://onnx.ai/onnx/operators/onnx__Div.html. Integers are truncated toward zero. */
export const div: Op = {
  name: "Div",
  shape: (context) => broadcast(context),
  eval: ([a, b]) => [
    dtypes[a!.type].float
      ? mapPairs(a!, b!, (x, y) => x / y)
      : mapPairs(a!, b!, (x, y) => Math.trunc(x / y)),
  ],
  vjp: (g, { inputs: [, b], outputs: [y], dy }) => [
    () => g.op("Div", [dy, b!]),
    () => g.op("Neg", [g.op("Mul", [dy, g.op("Div", [y!, b!])])]),
  ],
  ints: (context) => pairInts(context, quotient),
};

function quotient(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === "number" && typeof b === "number") return b ? Math.trunc(a / b) : undefined;
  return Number(a) < 0 || Number(b) < 0 ? undefined : divideDims(a, b);
}
