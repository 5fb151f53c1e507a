import fc from "fast-check";
import type { DType } from "../../../../src/explain/tensor";
import { axis, each, one, shape, size } from "../../../helper/arbitrary";
import { property, type MadeUp, type Property } from "../../../helper/property";

const product = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

/** Steps of a size and a zero point for everything, or for each place of one axis. */
const steps = fc
  .tuple(shape(1, 4), one<DType>("int8", "uint8"), fc.boolean())
  .chain(([dims, type, isEach]) =>
    axis(dims.length).chain((along) => {
      const own = isEach ? [dims.at(along)!] : [];
      const [least, most] = type === "int8" ? [-128, 127] : [0, 255];
      return fc
        .record({
          scales: each(Array(product(own)).fill(0), () => one(0.01, 0.02, 0.05, 0.5)),
          zeros: each(Array(product(own)).fill(0), () => size(least!, most!)),
          values: each(Array(product(dims)).fill(0), () => size(least!, most!)),
        })
        .map(
          ({ scales, zeros, values }) =>
            ({
              dims,
              attributes: { axis: along },
              values: { constant: values, type, dims },
              scale: { constant: scales, type: "float32", dims: own },
              zero: { constant: zeros, type, dims: own },
            }) as const,
        );
    }),
  );

/** Their gradients go straight through the steps, where no slope is: quantization.test.ts. */
export const quantizationProperties: readonly Property[] = [
  property(
    "QuantizeLinear",
    ["QuantizeLinear"],
    steps.map(({ dims, scale, zero, attributes }): MadeUp => ({
      op: "QuantizeLinear",
      inputs: [{ floats: dims }, scale, zero],
      attributes,
      flat: true,
    })),
    { runs: 80, fixedBatch: true },
  ),

  property(
    "DequantizeLinear",
    ["DequantizeLinear"],
    steps.map(({ values, scale, zero, attributes }): MadeUp => ({
      op: "DequantizeLinear",
      inputs: [values, scale, zero],
      attributes,
      flat: true,
    })),
    { runs: 80, fixedBatch: true },
  ),
];
