import { broadcast, mapPairs } from "./helper/elementwise";
import { toFirstEqual } from "./helper/extremum";
import type { Op } from "./op";

/** Max of any number of inputs: https://onnx.ai/onnx/operators/onnx__Max.html */
export const max: Op = {
  name: "Max",
  shape: (context) => broadcast(context),
  eval: (inputs) => [inputs.map((x) => x!).reduce((a, b) => mapPairs(a, b, Math.max))],
  vjp: toFirstEqual,
};
