import type { Dim } from "../graph/graph";
import { int } from "./helper/attribute";
import { broadcast, mapPairs } from "./helper/elementwise";
import { pairInts } from "./helper/shapeArithmetic";
import type { Op } from "./op";

/** Mod, with the sign of the divisor, or of the dividend (`fmod`): https://onnx.ai/onnx/operators/onnx__Mod.html */
export const mod: Op = {
  name: "Mod",
  attributes: { fmod: 0 },
  shape: (context) => broadcast(context),
  eval: ([a, b], node) => [mapPairs(a!, b!, int(node, "fmod") === 1 ? (x, y) => x % y : floored)],
  vjp: (g, { inputs: [a, b], outputs: [y], dy }) => [
    () => dy,
    // y = a − q·b, where the whole quotient q has no slope.
    () => g.op("Neg", [g.op("Mul", [dy, g.op("Div", [g.op("Sub", [a!, y!]), b!])])]),
  ],
  ints: (context) => pairInts(context, remainder),
};

function floored(x: number, y: number): number {
  return x - Math.floor(x / y) * y;
}

function remainder(a: Dim, b: Dim): Dim | undefined {
  return typeof a === "number" && typeof b === "number" && b > 0 ? floored(a, b) : undefined;
}
