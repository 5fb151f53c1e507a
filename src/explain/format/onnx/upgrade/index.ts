import type { Builder } from "../../../graph/builder";
import type { Node } from "../../../graph/graph";
import type { Refuse } from "../attribute";
import { attributesToInputs } from "./attributesToInputs";
import { microsoft } from "./microsoft";
import { newer } from "./newer";
import { normalization } from "./normalization";
import { renamed } from "./renamed";
import { resize } from "./resize";
import { softmax } from "./softmax";
import { split } from "./split";
import type { Rule } from "./upgrade";

/** The opsets of the standard domain that can be read. */
export const oldestOpset = 7;
export const newestOpset = 28;

/** Every change of form between {@link oldestOpset} and {@link newestOpset} that a rewrite must follow; one operator's in order. */
const rules: readonly Rule[] = [
  ...microsoft,
  ...attributesToInputs,
  ...renamed,
  ...resize,
  ...softmax,
  ...split,
  ...normalization,
  ...newer,
];

/** Rewrites a node of a file of the given opset into the graph's form; see {@link Rule}. */
export function upgrade(g: Builder, node: Node, opset: number, refuse: Refuse): Node {
  let result = node;
  for (const rule of rules) {
    if (rule.op === result.op && opset < (rule.below ?? Infinity)) {
      result = rule.upgrade(g, result, refuse);
    }
  }
  return result;
}
