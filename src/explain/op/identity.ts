import { sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";
import { sameInts } from "./helper/shapeArithmetic";

/** Identity: https://onnx.ai/onnx/operators/onnx__Identity.html */
export const identity: Op = {
  name: "Identity",
  shape: sameAsFirst,
  eval: ([x]) => [x!],
  vjp: (_g, { dy }) => [() => dy],
  ints: sameInts,
};
