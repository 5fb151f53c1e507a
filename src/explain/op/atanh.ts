import { map, sameAsFirst } from "./helper/elementwise";
import { oneMinusSquare } from "./helper/rule";
import type { Op } from "./op";

/** Atanh: https://onnx.ai/onnx/operators/onnx__Atanh.html */
export const atanh: Op = {
  name: "Atanh",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.atanh)],
  vjp: (g, { inputs: [x], dy }) => [() => g.op("Div", [dy, oneMinusSquare(g, x!)])],
};
