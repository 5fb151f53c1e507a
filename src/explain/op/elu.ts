import { float } from "./attribute";
import { sameAsFirst } from "./elementwise";
import { exponentialUnit, exponentialUnitGradient } from "./exponentialUnit";
import type { Op } from "./op";

/** Elu: https://onnx.ai/onnx/operators/onnx__Elu.html */
export const elu: Op = {
  name: "Elu",
  attributes: { alpha: 1 },
  shape: sameAsFirst,
  eval: ([x], node) => [exponentialUnit(x!, float(node, "alpha"), 1)],
  vjp: (g, { node, inputs: [x], dy }) => [
    () => exponentialUnitGradient(g, x!, dy, float(node, "alpha"), 1),
  ],
};
