import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Relu: https://onnx.ai/onnx/operators/onnx__Relu.html */
export const relu: Op = {
  name: "Relu",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, (v) => Math.max(v, 0))],
  // The output tells the sign as well as the input does, and reading it lets a runtime keep Conv+Relu one kernel.
  vjp: (g, { outputs: [y], dy }) => [() => g.op("ClipGrad", [y!, dy], { low: 0 })],
};
