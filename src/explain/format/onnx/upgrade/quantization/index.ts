import type { Rule, Upgrade } from "../upgrade";
import { integer } from "./integer";
import { linear } from "./linear";
import { packed } from "./packed";
import { plain } from "./plain";

/** Quantized operators, taken apart into QuantizeLinear, DequantizeLinear and operators on real numbers. */
export const quantization: readonly Rule[] = Object.entries<Upgrade>({
  ...plain,
  ...linear,
  ...integer,
  ...packed,
}).map(([op, upgrade]) => ({ op, upgrade }));
