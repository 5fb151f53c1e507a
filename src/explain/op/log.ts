import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Log: https://onnx.ai/onnx/operators/onnx__Log.html */
export const log: Op = {
  name: "Log",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, Math.log)],
  vjp: (g, { inputs: [x], dy }) => [() => g.op("Div", [dy, x!])],
};
