import { test } from "vitest";
import { checkGradient } from "../../helper/gradient";
import { testOperators } from "../../helper/operator";
import { normal } from "../../helper/random";
import { normalizationRows } from "./rows/normalization";

testOperators(normalizationRows);

test("LRN over an even number of channels, which onnxruntime refuses, has the gradient of central differences", () =>
  checkGradient({
    op: "LRN",
    inputs: [normal([1, 5, 4], 1)],
    attributes: { size: 4, alpha: 0.9, beta: 0.6, bias: 2 },
  }));
