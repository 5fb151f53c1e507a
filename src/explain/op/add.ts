import { broadcast, mapPairs } from "./elementwise";
import type { Op } from "./op";

/** Add: https://onnx.ai/onnx/operators/onnx__Add.html */
export const add: Op = {
  name: "Add",
  shape: (context) => broadcast(context),
  eval: ([a, b]) => [mapPairs(a!, b!, (x, y) => x + y)],
  vjp: (_g, { dy }) => [() => dy, () => dy],
};
