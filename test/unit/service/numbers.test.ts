import { expect, test } from "vitest";
import { numbersOf } from "../../../src/explain/service/numbers";
import { scalar, type DType } from "../../../src/explain/tensor";
import { graphOf } from "../../helper/graph";

const rounded = (type: DType) =>
  graphOf(
    [2],
    (g, x) => {
      const step = g.constant(scalar(type, 0.1));
      return g.op("DequantizeLinear", [g.op("QuantizeLinear", [x, step]), step]);
    },
    type,
  );

const quantized = "explained through its float form, with straight-through gradients";

test("float32 needs no words", () => {
  expect(numbersOf(graphOf([2], (g, x) => g.op("Relu", [x])))).toBeUndefined();
});

test("halves are computed in float32", () => {
  const graph = graphOf([2], (g, x) => g.op("Relu", [x]), "float16");
  expect(numbersOf(graph)).toBe("float16, computed in float32");
});

test("a quantized model is explained through its float form", () => {
  expect(numbersOf(rounded("float32"))).toBe(`quantized; ${quantized}`);
  expect(numbersOf(rounded("float16"))).toBe(
    `float16, computed in float32; quantized; ${quantized}`,
  );
});

test("dynamic quantization is named", () => {
  const graph = graphOf([2], (g, x) => g.ops("DynamicQuantizeLinear", [x], 3));
  expect(numbersOf(graph)).toBe(`dynamically quantized; ${quantized}`);
});
