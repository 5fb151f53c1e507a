import { map, sameAsFirst } from "./helper/elementwise";
import type { Op } from "./op";

/** Not: https://onnx.ai/onnx/operators/onnx__Not.html */
export const not: Op = {
  name: "Not",
  shape: sameAsFirst,
  eval: ([x]) => [map(x!, (v) => Number(v === 0))],
};
