import { extremeIndex } from "./helper/extremeIndex";
import type { Op } from "./op";

/** ArgMin: https://onnx.ai/onnx/operators/onnx__ArgMin.html */
export const argMin: Op = {
  name: "ArgMin",
  ...extremeIndex((value, best) => value < best),
};
