import { broadcast, mapPairs } from "./helper/elementwise";
import { toFirstEqual } from "./helper/extremum";
import type { Op } from "./op";

/** Min of any number of inputs: https://onnx.ai/onnx/operators/onnx__Min.html */
export const min: Op = {
  name: "Min",
  shape: (context) => broadcast(context),
  eval: (inputs) => [inputs.map((x) => x!).reduce((a, b) => mapPairs(a, b, Math.min))],
  vjp: toFirstEqual,
};
