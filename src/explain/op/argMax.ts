import { extremeIndex } from "./helper/extremeIndex";
import type { Op } from "./op";

/** ArgMax: https://onnx.ai/onnx/operators/onnx__ArgMax.html */
export const argMax: Op = {
  name: "ArgMax",
  ...extremeIndex((value, best) => value > best),
};
