import type { Builder } from "../../../graph/builder";
import { producers, type Node } from "../../../graph/graph";
import { numberOf } from "./helper/attribute";
import { last } from "./helper/step";
import type { Rule } from "./upgrade";

/**
 * Weights that are standardized when the model runs (NFNet, BiT), as PyTorch's exporter writes them: a BatchNormalization in training mode
 * whose one “image” are the filters, [1, C, …]. That is an InstanceNormalization. Of what depends on the image, training mode is refused.
 */
function standardized(g: Builder, node: Node): Node {
  const [x, scale, bias] = node.inputs as [string, string, string];
  const isMeant = node.attributes["training_mode"] === 1 && g.dims(x)[0] === 1 && isFixed(g, x);
  if (!isMeant) return node;
  const epsilon = numberOf(node, "epsilon", 1e-5);
  return last(node, "InstanceNormalization", [x, scale, bias], { epsilon });
}

/** Whether no input of the model has a part in a value. */
function isFixed(g: Builder, value: string): boolean {
  const { inputs, nodes } = g.finish([]);
  const makers = producers({ nodes });
  const seen = new Set([value]);
  // A set is walked in the order of insertion, to what is added on the way too.
  for (const name of seen) makers.get(name)?.inputs.forEach((input) => seen.add(input));
  return !inputs.some(({ name }) => seen.has(name));
}

export const weightStandardization: readonly Rule[] = [
  { op: "BatchNormalization", upgrade: standardized },
];
