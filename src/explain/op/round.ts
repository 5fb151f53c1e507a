import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Round, halves to even: https://onnx.ai/onnx/operators/onnx__Round.html */
export const round: Op = {
  name: "Round",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, halfToEven)],
  vjp: () => [null],
};

function halfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
