import type { Builder } from "../../../../graph/builder";
import type { Node } from "../../../../graph/graph";
import { maybeInt } from "../../../../op/helper/attribute";
import type { Refuse } from "../../attribute";
import { numberOf } from "../helper/attribute";
import { groupNormalized } from "../helper/groupNormalized";
import { alsoMakes, channelsFirst, channelsLast, last } from "../helper/step";
import { rootMeanSquare } from "../helper/rootMeanSquare";
import type { Upgrade } from "../upgrade";
import { silu } from "./activation";

/** The sum of what is there, which the node may give out too. */
function sumOf(g: Builder, node: Node, terms: readonly (string | undefined)[], output: number) {
  const sum = terms.filter((term) => Boolean(term)) as string[];
  const total = sum.reduce((a, b) => g.op("Add", [a, b]));
  alsoMakes(g, node, output, () => total);
  return total;
}

/** LayerNormalization of input + skip + bias. */
function skipLayerNormalization(g: Builder, node: Node): Node {
  const [x, skip, gamma, beta, bias] = node.inputs;
  const sum = sumOf(g, node, [x, skip, bias], 3);
  const [y = "", mean = "", deviation = ""] = node.outputs;
  return {
    ...last(node, "LayerNormalization", [sum, gamma!, ...(beta ? [beta] : [])]),
    outputs: [y, mean, deviation],
    attributes: { epsilon: numberOf(node, "epsilon", 1e-12) },
  };
}

/** The same without a mean. */
function skipRootMeanSquare(g: Builder, node: Node, refuse: Refuse): Node {
  refuseStatistics(node, refuse);
  const [input, skip, scale, bias] = node.inputs;
  const x = sumOf(g, node, [input, skip, bias], 3);
  const epsilon = numberOf(node, "epsilon", 1e-12);
  return rootMeanSquare(g, node, { x, scale: scale!, axis: -1, epsilon });
}

function simplified(g: Builder, node: Node, refuse: Refuse): Node {
  refuseStatistics(node, refuse);
  const [x, scale] = node.inputs as [string, string];
  const epsilon = numberOf(node, "epsilon", 1e-5);
  return rootMeanSquare(g, node, { x, scale, axis: numberOf(node, "axis", -1), epsilon });
}

function refuseStatistics(node: Node, refuse: Refuse): void {
  if (node.outputs[1] || node.outputs[2]) {
    throw refuse("gives out its statistics, which is not supported");
  }
}

/** GroupNorm of X, or of X + skip + bias; channels come last by default. */
function groupNorm(g: Builder, node: Node, refuse: Refuse): Node {
  const [input, scale, bias, skip, term] = node.inputs as [string, string, string, ...string[]];
  const groups = maybeInt(node, "groups");
  if (!groups) throw refuse("does not say its number of groups");
  const isLast = numberOf(node, "channels_last", 1) === 1;
  const total = skip ? sumOf(g, node, [input, skipLike(g, input, skip), term], 1) : input;
  const x = isLast ? channelsFirst(g, total) : total;
  const epsilon = numberOf(node, "epsilon", 1e-5);
  const inner = { ...node, outputs: [`${node.outputs[0]!}/normalized`] };
  const made = groupNormalized(g, inner, { x, scale, bias, groups, epsilon, per: "channel" });
  g.append({ ...made, name: `${node.name}/normalized` });
  const [normalized] = made.outputs as [string];
  const y = isLast ? channelsLast(g, normalized) : normalized;
  return maybeInt(node, "activation") === 1 ? silu(g, node, y) : last(node, "Identity", [y]);
}

/** A skip of one vector per image, [N, C], belongs to every position of [N, H, W, C]. */
function skipLike(g: Builder, x: string, skip: string): string {
  const isVector = g.dims(skip).length === 2 && g.dims(x).length === 4;
  return isVector ? g.op("Unsqueeze", [skip, g.ints([1, 2])]) : skip;
}

export const normalizations: Readonly<Record<string, Upgrade>> = {
  GroupNorm: groupNorm,
  LayerNormalization: (_g, node) => ({ ...node, op: "LayerNormalization" }),
  SimplifiedLayerNormalization: simplified,
  SkipGroupNorm: groupNorm,
  SkipLayerNormalization: skipLayerNormalization,
  SkipSimplifiedLayerNormalization: skipRootMeanSquare,
};
