import type { Graph, Node } from "../graph/graph";
import { nodesBetween } from "../graph/path";
import type { Layouts } from "./layout/follow";
import { gridOf } from "./layout/layout";

/** Operators whose results have rows and columns, if more than one place. */
const windows = new Set(["AveragePool", "Conv", "ConvTranspose", "LpPool", "MaxPool"]);

/**
 * Where between a value and the logit rows and columns are lost, in words, if they are: at a node that nothing is known of, or before a convolution
 * over more than one place whose places are not known. Behind it there are maps that are no layers.
 */
export function lossBehind(
  graph: Graph,
  value: string,
  logit: string,
  layouts: Layouts,
): string | undefined {
  const nodes = nodesBetween(graph.nodes, [value], logit);
  const losing = nodes.find((node) => layouts.loses(node));
  if (losing) return `at “${losing.name}” (${losing.op})`;
  const blind = nodes.find((node) => isBlind(graph, node, layouts));
  return blind && `before “${blind.name}” (${blind.op})`;
}

function isBlind(graph: Graph, { op, outputs }: Node, layouts: Layouts): boolean {
  const [output] = outputs as [string];
  const places = graph.types.get(output)!.dims.slice(2);
  if (!windows.has(op) || places.length !== 2 || places.every((dim) => dim === 1)) return false;
  const layout = layouts.of(output);
  return !layout || !gridOf(layout);
}
