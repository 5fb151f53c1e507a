import { nodesBetween } from "../graph/path";
import type { Graph, Node } from "../graph/graph";
import { findDefaultLayer, type SpatialValue } from "./defaultLayer";
import type { Layouts } from "./layout/follow";
import { gridOf } from "./layout/layout";
import type { Layer } from "./model";

/**
 * Every value with rows and columns (height · width > 1) between the image and the logit, in the graph's order, tokens in a grid included;
 * exactly one is the default when there is any.
 *
 * The default of a convolutional net or of pooled tokens is the last spatial map before pooling: from the logit back to the first spatial value,
 * then back over pooling. Where the score reads the grid by attention (a class token, a learned query), the default is what the last attention's
 * keys and values are made of: the normalization before it.
 */
export function findLayers(
  graph: Graph,
  input: string,
  logit: string,
  layouts: Layouts,
): { layers: Layer[]; reason: string } {
  const onPath = new Set(
    nodesBetween(graph.nodes, [input], logit).flatMap(({ outputs }) => outputs),
  );
  const spatial = new Map<string, SpatialValue>();
  for (const node of graph.nodes) {
    for (const name of node.outputs) {
      const layer = onPath.has(name) && describe(node, name, layouts);
      if (layer) spatial.set(name, layer);
    }
  }
  const found = findDefaultLayer(graph, logit, onPath, spatial);
  const layers = [...spatial.values()].map((layer) => ({
    ...layer,
    default: layer.name === found?.name,
  }));
  return {
    layers,
    reason: found?.reason ?? "No value between the image and the logit has rows and columns.",
  };
}

function describe(node: Node, name: string, layouts: Layouts): SpatialValue | undefined {
  const layout = layouts.of(name);
  const grid = layout && gridOf(layout);
  if (!grid) return undefined;
  const { channels, height, width } = grid;
  return { name, op: node.op, channels, height, width, reached: layouts.reach(name) === "all" };
}
