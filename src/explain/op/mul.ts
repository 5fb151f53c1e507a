import { multiplyDims } from "../graph/dim";
import type { Dim } from "../graph/graph";
import { broadcast, mapPairs } from "./helper/elementwise";
import type { Op } from "./op";
import { pairInts } from "./helper/shapeArithmetic";

/** Mul: https://onnx.ai/onnx/operators/onnx__Mul.html */
export const mul: Op = {
  name: "Mul",
  shape: (context) => broadcast(context),
  eval: ([a, b]) => [mapPairs(a!, b!, (x, y) => x * y)],
  vjp: (g, { inputs: [a, b], dy }) => [() => g.op("Mul", [dy, b!]), () => g.op("Mul", [dy, a!])],
  ints: (context) => pairInts(context, product),
};

function product(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === "number" && typeof b === "number") return a * b;
  return Number(a) < 0 || Number(b) < 0 ? undefined : multiplyDims([a, b]);
}
