import fc from "fast-check";
import { axis, one, shape } from "../../../helper/arbitrary";
import { property, type MadeUp, type Property } from "../../../helper/property";

const image = shape(3, 4, 2);

export const normalizationProperties: readonly Property[] = [
  property(
    "BatchNormalization",
    ["BatchNormalization"],
    image.map((dims): MadeUp => {
      const each = [dims[1]!];
      return {
        op: "BatchNormalization",
        inputs: [
          { floats: dims },
          { floats: each },
          { floats: each },
          { floats: each },
          { positive: each },
        ],
      };
    }),
  ),

  property(
    "InstanceNormalization",
    ["InstanceNormalization"],
    image.map((dims): MadeUp => ({
      op: "InstanceNormalization",
      inputs: [{ floats: dims }, { floats: [dims[1]!] }, { floats: [dims[1]!] }],
      attributes: { epsilon: 0.01 },
    })),
    { tolerance: 1e-3 },
  ),

  property(
    "LayerNormalization",
    ["LayerNormalization"],
    shape(2, 4, 2).chain((dims) =>
      fc.tuple(axis(dims.length), fc.boolean()).map(([along, bias]): MadeUp => {
        const own = dims.slice(along);
        return {
          op: "LayerNormalization",
          inputs: [{ floats: dims }, { floats: own }, ...(bias ? [{ floats: own }] : [])],
          attributes: { axis: along, epsilon: 0.01 },
        };
      }),
    ),
    { tolerance: 1e-3, fixedBatch: true },
  ),

  property(
    "LRN",
    ["LRN"],
    fc.tuple(shape(4, 4), one(1, 3, 5)).map(([dims, window]): MadeUp => ({
      op: "LRN",
      inputs: [{ floats: dims }],
      attributes: { size: window, alpha: 0.3, bias: 1.5 },
    })),
  ),
];
