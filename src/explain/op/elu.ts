import { float } from "./helper/attribute";
import { sameAsFirst } from "./helper/elementwise";
import { exponentialUnit, exponentialUnitGradient } from "./helper/exponentialUnit";
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
