import { test } from "vitest";
import { checkEval } from "../../helper/onnxruntime";
import { normal } from "../../helper/random";

test("an operator with broadcasting agrees with onnxruntime", () =>
  checkEval({ op: "Add", inputs: [normal([2, 3, 4], 1), normal([3, 1], 2)] }));
