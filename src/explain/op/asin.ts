import { map, sameAsFirst } from "./helper/elementwise";
import { oneMinusSquare } from "./helper/rule";
import type { Op } from "./op";

/** Asin: https://onnx.ai/onnx/operators/onnx__Asin.html */
export const asin: Op = {
  name: "Asin",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.asin)],
  vjp: (g, { inputs: [x], dy }) => [() => g.op("Div", [dy, g.op("Sqrt", [oneMinusSquare(g, x!)])])],
};
