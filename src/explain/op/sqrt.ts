import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";
import { scale } from "./helper/rule";

/** Sqrt: https://onnx.ai/onnx/operators/onnx__Sqrt.html */
export const sqrt: Op = {
  name: "Sqrt",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.sqrt)],
  vjp: (g, { outputs: [y], dy }) => [() => g.op("Div", [dy, scale(g, y!, 2)])],
};
