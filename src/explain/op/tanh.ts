import { map, sameAsFirst } from "./helper/elementwise";
import { oneMinusSquare } from "./helper/rule";
import type { Op } from "./op";

/** Tanh: https://onnx.ai/onnx/operators/onnx__Tanh.html */
export const tanh: Op = {
  name: "Tanh",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.tanh)],
  vjp: (g, { outputs: [y], dy }) => [() => g.op("Mul", [dy, oneMinusSquare(g, y!)])],
};
