import { int } from "./helper/attribute";
import { map } from "./helper/elementwise";
import type { Op } from "./op";

/** IsInf, of one sign or both: https://onnx.ai/onnx/operators/onnx__IsInf.html */
export const isInf: Op = {
  name: "IsInf",
  attributes: { detect_negative: 1, detect_positive: 1 },
  shape: ({ inputs: [x] }) => [{ type: "bool", dims: x!.dims }],
  eval: ([x], node) => {
    const negative = int(node, "detect_negative") === 1;
    const positive = int(node, "detect_positive") === 1;
    const found = (v: number) => (v === Infinity && positive) || (v === -Infinity && negative);
    return [map(x!, (v) => Number(found(v)), "bool")];
  },
};
