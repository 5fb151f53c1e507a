import type { Rule } from "../upgrade";
import { activations } from "./activation";
import { attentions } from "./attention";
import { blocked } from "./blocked";
import { fused } from "./fused";
import { normalizations } from "./normalization";
import { rotaryEmbeddings } from "./rotary";
import { standards } from "./standard";

const families = [activations, attentions, fused, normalizations, rotaryEmbeddings, standards];

/**
 * The operators that onnxruntime's optimizers put into the models they save, taken apart again:
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export const microsoft: readonly Rule[] = [
  ...families
    .flatMap((family) => Object.entries(family))
    .map(([op, upgrade]) => ({ op: `com.microsoft.${op}`, upgrade })),
  ...blocked,
];
