import { nodesBetween } from "../graph/path";
import { producers, type Graph, type Node } from "../graph/graph";
import { dtypes } from "../tensor";
import { findDefaultLayer, neutral, type SpatialValue } from "./defaultLayer";
import type { Layouts } from "./layout/follow";
import { gridOf } from "./layout/layout";
import type { Layer } from "./model";

/**
 * Every value of real numbers with rows and columns (height · width > 1) between the image and the logit, in the graph's order, tokens in a grid included;
 * exactly one is the default when there is any.
 *
 * The default of a convolutional net or of pooled tokens is the last spatial map before pooling: from the logit back to the first spatial value,
 * then back over pooling. Where the score reads the grid by attention (a class token, a learned query), the default is what the last attention's
 * keys and values are made of: the normalization before it.
 *
 * @param names the values that the file names, which alone are offered; absent = all.
 */
export function findLayers(
  graph: Graph,
  input: string,
  logit: string,
  layouts: Layouts,
  names?: ReadonlySet<string>,
): { layers: Layer[]; reason: string } {
  const isShown = (name: string) =>
    dtypes[graph.types.get(name)!.type].float && (names?.has(name) ?? true);
  const onPath = new Set(
    nodesBetween(graph.nodes, [input], logit).flatMap(({ outputs }) => outputs),
  );
  const makers = producers(graph);
  const spatial = new Map<string, SpatialValue>();
  for (const node of graph.nodes) {
    for (const name of node.outputs) {
      const layer = onPath.has(name) && describe(node, name, layouts, makers);
      if (layer) spatial.set(name, layer);
    }
  }
  const found = findDefaultLayer(graph, logit, onPath, spatial);
  const chosen = found && named(found.name, isShown, makers, spatial);
  const shown = [...spatial.values()].filter(({ name }) => name === chosen || isShown(name));
  const layers = shown.map((layer) => ({
    ...layer,
    default: layer.name === chosen,
  }));
  return {
    layers,
    reason: found?.reason ?? "No value between the image and the logit has rows and columns.",
  };
}

/** A step that the file does not name stands for the value that it moves or rounds. */
function named(
  name: string,
  isShown: (name: string) => boolean,
  makers: ReadonlyMap<string, Node>,
  spatial: ReadonlyMap<string, SpatialValue>,
): string {
  let current = name;
  while (!isShown(current)) {
    const maker = makers.get(current);
    const before = maker?.inputs[0] ?? "";
    if (!maker || !neutral.has(maker.op) || !spatial.has(before)) return name;
    current = before;
  }
  return current;
}

/** The operator that made a value; of a quantized one what was rounded. */
function madeBy(node: Node, makers: ReadonlyMap<string, Node>): string {
  const rounding = node.op === "DequantizeLinear" ? makers.get(node.inputs[0]!) : undefined;
  const isRounded = rounding?.op === "QuantizeLinear";
  return (isRounded && makers.get(rounding.inputs[0]!)?.op) || node.op;
}

function describe(
  node: Node,
  name: string,
  layouts: Layouts,
  makers: ReadonlyMap<string, Node>,
): SpatialValue | undefined {
  const layout = layouts.of(name);
  const grid = layout && gridOf(layout);
  if (!grid) return undefined;
  const { channels, height, width } = grid;
  return {
    name,
    op: madeBy(node, makers),
    channels,
    height,
    width,
    reached: layouts.reach(name) === "all",
  };
}
