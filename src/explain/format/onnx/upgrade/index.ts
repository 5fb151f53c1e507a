import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";
import type { Refuse } from "../attribute";
import { activation } from "./activation";
import { attentions } from "./attention";
import { attributesToInputs } from "./attributesToInputs";
import { causalConvs } from "./causalConv";
import { composition } from "./composition";
import { deformConvs } from "./deformConv";
import { einsum } from "./einsum";
import { experimental } from "./experimental";
import { microsoft } from "./microsoft/index";
import { newer } from "./newer";
import { normalization } from "./normalization";
import { random } from "./random";
import { quantization } from "./quantization/index";
import { renamed } from "./renamed";
import { resize } from "./resize";
import { rotaryEmbeddings } from "./rotaryEmbedding";
import { softmax } from "./softmax";
import { spatial } from "./spatial";
import { split } from "./split";
import { stridedGather } from "./stridedGather";
import type { Rule } from "./upgrade";
import { weightStandardization } from "./weightStandardization";

/** The opsets of the standard domain that can be read. */
export const oldestOpset = 7;
export const newestOpset = 28;

/** Every change of form between {@link oldestOpset} and {@link newestOpset} that a rewrite must follow; one operator's in order. */
const rules: readonly Rule[] = [
  ...quantization,
  ...microsoft,
  ...experimental,
  ...attributesToInputs,
  ...renamed,
  ...resize,
  ...softmax,
  ...spatial,
  ...split,
  ...stridedGather,
  ...normalization,
  ...weightStandardization,
  ...attentions,
  ...causalConvs,
  ...rotaryEmbeddings,
  ...activation,
  ...composition,
  ...deformConvs,
  ...einsum,
  ...random,
  ...newer,
];

/** The operators that are rewritten on reading, those of other domains with the domain in front. */
export const rewritten: readonly string[] = [...new Set(rules.map(({ op }) => op))];

/** Rewrites a node of a file of the given opset into the graph's form; see {@link Rule}. */
export function upgrade(g: Builder, node: Node, opset: number, refuse: Refuse): Node {
  let result = node;
  // Operators of another domain are rewritten into today's forms.
  const version = node.op.includes(".") ? Infinity : opset;
  for (const rule of rules) {
    const applies = rule.below === undefined || version < rule.below;
    if (rule.op === result.op && applies) {
      result = rule.upgrade(g, result, refuse);
    }
  }
  return result;
}
