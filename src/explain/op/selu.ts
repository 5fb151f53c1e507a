import { float } from "./helper/attribute";
import { sameAsFirst } from "./helper/elementwise";
import { exponentialUnit, exponentialUnitGradient } from "./helper/exponentialUnit";
import type { Op } from "./op";

/** Selu: https://onnx.ai/onnx/operators/onnx__Selu.html */
export const selu: Op = {
  name: "Selu",
  attributes: { alpha: 1.67326319217681884765625, gamma: 1.05070102214813232421875 },
  shape: sameAsFirst,
  eval: ([x], node) => [exponentialUnit(x!, float(node, "alpha"), float(node, "gamma"))],
  vjp: (g, { node, inputs: [x], dy }) => [
    () => exponentialUnitGradient(g, x!, dy, float(node, "alpha"), float(node, "gamma")),
  ],
};
